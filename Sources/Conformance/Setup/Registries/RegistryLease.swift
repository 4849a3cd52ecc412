// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The mark of a policy for all of a registry that a run has made: which run, and how long it may stand.
///
/// Nothing else tells one run's policy from another's, or from the operator's: there is one scope and one policy for
/// it. The mark is a tag that the policy leaves mutable, and that nobody pushes.
struct RegistryLease: Hashable, Sendable {
    /// A case takes seconds; a policy that stands longer is that of a run that was killed.
    static let lifetimeSeconds: Int64 = 300
    private static let start = "stet-certify-"
    private static let middle = "-until-"

    let runID: String
    /// In seconds since 1970.
    let end: Int64

    init(runID: String, now: Int64) {
        self.runID = runID
        end = now + RegistryLease.lifetimeSeconds
    }

    /// Reads the mark of a policy as the API shows it; nil for one that no run has made.
    init?(in policy: JSONValue?) {
        let leases = policy?["exceptTags"]?.array?.compactMap { $0.string.flatMap(RegistryLease.init(tag:)) }
        guard let lease = leases?.first else { return nil }
        self = lease
    }

    private init?(tag: String) {
        guard tag.hasPrefix(RegistryLease.start), let middle = tag.ranges(of: RegistryLease.middle).last,
            let end = Int64(tag[middle.upperBound...])
        else { return nil }
        let name = tag[tag.index(tag.startIndex, offsetBy: RegistryLease.start.count)...]
        guard name.startIndex < middle.lowerBound else { return nil }
        runID = String(name[..<middle.lowerBound])
        self.end = end
    }

    /// `stet-certify-RUN-until-1795276800`.
    var tag: String { "\(RegistryLease.start)\(runID)\(RegistryLease.middle)\(end)" }
}
