// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import SourceText
import Synchronization
import Testing

@Suite("A second look at what stood")
struct RevisitTests {
    private func certify(_ registry: any HTTPTransport) async throws -> CaseResult {
        var request = try SuiteFiles.request()
        request.flows = [.ociMonolithic]
        request.selection.only = ["first-push", "tags-stand-later"]
        let result = try await Certifier(transport: registry, pause: { _ in }).run(request)
        return try #require(result.scenarios.first { $0.id == "tags-stand-later" }?.cases.first)
    }

    @Test func saysHowManyTagsItSaw() async throws {
        let found = try await certify(MemoryRegistry())
        #expect(found.verdict == .passed)
        #expect(found.notes.first?.hasPrefix("2 tags, the oldest after ") == true, "\(found.notes)")
    }

    /// What was refused is done all the same, a moment later.
    @Test func whatIsTakenLaterIsSeen() async throws {
        let refused = Mutex<[UInt8]?>(nil)
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            let isOld = request.route?.repository?.rawValue.contains("first-push") == true
            if request.isManifestPut, answer.status == 409, isOld {
                refused.withLock { $0 = request.body?.inMemory }
            }
            guard isOld, request.isManifest, request.method == .get, answer.isSuccess,
                let bytes = refused.withLock({ $0 })
            else { return answer }
            var late = answer
            late.body = bytes
            return late
        }
        let found = try await certify(registry)
        #expect(found.verdict == .violated)
        #expect(found.finding?.message.contains(" stood 0 s ago as sha256:") == true)
        #expect(found.finding?.exchange?.method == "GET")
    }

    @Test(
        "is asked for in so many words",
        arguments: [
            ("- revisit: {tags: 3, attacks: 2}", "this step must say what it expects"),
            ("- revisit: {tags: 3, attacks: 2}\n        expect: changed", "unknown expectation \"changed\""),
            ("- revisit: {tags: 3}\n        expect: unchanged", "needs \"attacks\""),
            ("- revisit: {tags: 0, attacks: 2}\n        expect: unchanged", "tags must be"),
            (
                "- revisit: {tags: 3, attacks: 2}\n        expect: unchanged\n        as: reader",
                "revisit is the operator's own"
            ),
            ("- upload: {image: a, steps: []}", "there must be at least one step"),
        ])
    func refuses(step: String, message: String) throws {
        let refused = #expect(throws: Diagnostics.self) {
            try SuiteLoaderTests.load(SuiteLoaderTests.suite(steps: "      \(step)"))
        }
        #expect(
            refused?.all.contains { $0.message.contains(message) } == true, "\(String(describing: refused))")
    }
}
