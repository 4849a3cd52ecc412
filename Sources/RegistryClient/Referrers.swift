// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The tag under which clients list the referrers of a manifest where the registry does not.
///
/// Source: distribution-spec 1.1, "Referrers Tag Schema".
enum ReferrersTag {
    static func tag(for subject: Digest) throws(InvalidValue) -> Tag {
        let (algorithm, encoded) = (subject.algorithmName.prefix(32), subject.encoded.prefix(64))
        let text = "\(algorithm)-\(encoded)".map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return try Tag(String(text))
    }
}

/// A manifest is stored, and a registry without referrers API does not take the index that would list it.
package struct ReferrerUnlisted: Error, CustomStringConvertible {
    /// The manifest that was stored.
    package let manifest: Descriptor
    /// The manifest that it refers to.
    package let subject: Digest
    /// The tag of the index.
    package let reference: Reference
    /// What the registry answered to the index.
    package let cause: any Error

    package var description: String {
        """
        \(manifest.digest) is stored, but not listed as a referrer of \(subject): the registry has no referrers API, \
        and the index that stands in for it was not updated
          \(cause)
          what next: exempt tags like \(subject.algorithmName)-* from the policy, or use a registry with referrers API
        """
    }
}

extension Descriptor {
    /// The entry of a manifest in the list of its subject's referrers.
    ///
    /// Source: distribution-spec 1.1, "Listing Referrers".
    init(referrer manifest: Manifest) {
        self = manifest.descriptor
        artifactType = manifest.artifactType
        annotations = manifest.annotations
    }
}
