// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// Azure's way: a tag can be overwritten until it is locked.
@Suite("A registry whose tags are locked after their push")
struct LockedRegistryTests {
    private func certify(_ only: [String]) async throws -> (CertifyResult, VendorAPI) {
        let api = VendorAPI(.acr)
        let registry = MemoryRegistry(rule: { claim in
            let lock = "\(claim.repository.rawValue.dropFirst("stet-certify/".count))/_tags/\(claim.tag)"
            guard api.things.contains(lock) else { return .accept(claim) }
            return .refuse(.error(405, "REGISTRY_DISALLOWED_OPERATION", "The operation is disallowed"))
        })
        var certifier = Certifier(transport: registry, pause: { _ in })
        certifier.setup = try Vendor.acr.setup(over: api)
        var request = try SuiteFiles.request()
        request.profile = try SuiteFiles.profile("acr-locks")
        request.mutablePrefix = nil
        request.selection.only = only
        request.flows = [.ociMonolithic, .dockerSchema2]
        return (try await certifier.run(request), api)
    }

    @Test func standsOnceItsTagsAreLocked() async throws {
        let (result, api) = try await certify(["overwrite-same-flow", "overwrite-where-mutable"])
        let verdicts = Dictionary(uniqueKeysWithValues: result.scenarios.map { ($0.id, $0.verdict) })
        #expect(verdicts["overwrite-same-flow"] == .passed, "\(TerminalReport(result).render())")
        #expect(verdicts["overwrite-where-mutable"] == .passed, "what is mutable is not locked")
        #expect(result.kind == .functional)
        #expect(api.things == [])
    }

    @Test func losesTheRaceForANewTag() async throws {
        let (result, _) = try await certify(["race-for-new-tag"])
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        #expect(race.verdict == .violated)
    }

    @Test func whoCannotLockFindsNothingOut() async throws {
        let api = VendorAPI(.acr) { $0 == 0 ? nil : .status(403) }
        var certifier = Certifier(transport: MemoryRegistry(rule: Decision.accept), pause: { _ in })
        certifier.setup = try Vendor.acr.setup(over: api)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ["overwrite-same-flow"]
        request.flows = [.ociMonolithic]
        let result = try await certifier.run(request)
        let single = try #require(result.scenarios.flatMap(\.cases).first { !$0.transcript.isEmpty })
        #expect(single.verdict == .inconclusive)
        #expect(single.finding?.message.hasPrefix("v1 could not be locked: ") == true)
    }
}
