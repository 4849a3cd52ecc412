// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// What a run leaves in a registry, and what it says of that.
@Suite struct LeftBehindTests {
    private func request(_ only: [String]) throws -> CertifyRequest {
        var request = try SuiteFiles.request()
        request.selection.only = only
        request.flows = [.ociMonolithic]
        return request
    }

    @Test func everyTagThatWasMadeIsListed() async throws {
        let result = try await Certifier(transport: MemoryRegistry()).run(
            try request(["first-push", "race"]))
        let lines = result.leftBehind
        #expect(lines.contains { $0.hasSuffix("first-push-oci-monolithic: v1") }, "\(lines)")
        #expect(lines.contains { $0.contains(": v1-1, v1-2") }, "\(lines)")
        let report = String(decoding: try JSONReport.render(result), as: UTF8.self)
        #expect(report.contains(#""stet-certify/run1/first-push-oci-monolithic" : ["#))
        #expect(MarkdownReport.render(result).contains("first-push-oci-monolithic: v1`"))
        #expect(try CertifyResult.leftBehind(readFrom: JSONReport.render(result)) == lines)
    }

    @Test func theEndOfTheTerminalReportIsShortHoweverMuchIsLeft() async throws {
        let result = try await Certifier(transport: MemoryRegistry()).run(try request([]))
        let text = TerminalReport(result).render()
        let end = try #require(text.split(separator: "\n").last { $0.hasPrefix("Left behind: ") })
        #expect(end.contains(" repositories with ") && end.contains(" tags "))
        #expect(end.count < 200)
    }

    @Test func whatCanBeDeletedIsDeletedAlsoAfterAnInterruption() async throws {
        let registry = MemoryRegistry(
            rule: Decision.accept, tagDeletion: .forgotten, digestDeletion: .forgotten)
        let puts = Mutex(0)
        let transport = AlteringTransport(registry: registry) { request, answer throws(TransportError) in
            if Task.isCancelled { throw TransportError(.cancelled, request, "cancelled") }
            if request.isManifestPut,
                puts.withLock({
                    $0 += 1
                    return $0 == 3
                })
            {
                withUnsafeCurrentTask { $0?.cancel() }
            }
            return answer
        }
        var changed = try request(["first-push", "put-by-digest", "tag-list-pages"])
        changed.cleansUp = true
        let request = changed
        let result = try await Task { try await Certifier(transport: transport).run(request) }.value
        #expect(result.stopped == .interrupted)
        #expect(!result.cleaned.isEmpty)
        #expect(result.repositories == [], "\(result.leftBehind)")
        #expect(result.leftBehind == [])
    }

    @Test func aRegistryThatHasGoneIsNotAskedToForgetEachRepository() async throws {
        let lists = Mutex(0)
        let transport = AlteringTransport(registry: MemoryRegistry()) {
            request, answer throws(TransportError) in
            guard request.isTagList, request.method == .get else { return answer }
            lists.withLock { $0 += 1 }
            throw TransportError(.stalled, request, "no bytes for 60 seconds")
        }
        var request = try request(["overwrite-same-flow"])
        request.flows = nil
        request.cleansUp = true
        let result = try await Certifier(transport: transport).run(request)
        #expect(result.cleaned == [])
        // Three cases, which end the run, and one look at what they left.
        #expect(lists.withLock { $0 } == 4)
    }

    private static let policies = #"""
        {"policies": [
          {"scope": "namespace/team"}, {"scope": "registry"},
          {"scope": "namespace/stet-certify/20261120-100000z-a1/frozen"},
          {"scope": "namespace/stet-certify/20261120-100000z-a1/open/x/policy-star"},
          {"scope": "namespace/stet-certify/20261121-115900z-b2/frozen"},
          {"scope": "namespace/stet-certify/mine/frozen"}
        ]}
        """#

    @Test func whatKilledRunsHaveLeftIsNamedAndRemovedWhenItIsOld() async throws {
        let admin = ScriptedAdmin { method, target in
            switch (method, target) {
            case ("GET", "/api/v1/policies"): (200, LeftBehindTests.policies)
            case ("GET", _): (404, "{}")
            case ("POST", _): (201, "{}")
            case ("DELETE", let target) where target.hasSuffix("policy-star"):
                (403, #"{"errors": [{"message": "not\u001b[31m yours"}]}"#)
            default: (204, "")
            }
        }
        let setup = try SetupKind.stet.scripted(
            admin, ["STET_ADMIN_TOKEN": "s3cret"], now: 1_795_262_400)  // 2026-11-21 12:00:00 UTC
        let places = try await setup.prepare(runID: "mine")
        let old = "the policy for namespace/stet-certify/20261120-100000z-a1/"
        let young = "namespace/stet-certify/20261121-115900z-b2/frozen"
        #expect(places.leftovers.count == 3)
        #expect(places.leftovers[0] == "\(old)frozen is left from another run, and was removed")
        #expect(
            places.leftovers[1].hasPrefix("\(old)open/x/policy-star is left from another run, and could not"))
        #expect(places.leftovers[1].contains(#"not\u{1B}[31m yours"#))
        #expect(
            places.leftovers[2]
                == "the policy for \(young) is left from another run; if that does not go on: stet policy delete \(young)"
        )
        #expect(admin.calls.filter { $0.hasPrefix("DELETE") }.count == 2, "\(admin.calls)")
    }
}

extension CertifyResult {
    /// What a report says that was read again.
    fileprivate static func leftBehind(readFrom bytes: [UInt8]) throws -> [String] {
        try JSONReport.read(bytes).leftBehind
    }
}
