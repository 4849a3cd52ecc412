// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// A writer who may not read all that he pushes.
@Suite("A writer without the right to read")
struct ReadRightTests {
    private func certify(
        turningAway isTurnedAway: @escaping @Sendable (HTTPRequest) -> Bool
    ) async throws -> CertifyResult {
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            isTurnedAway(request) ? .error(403, "DENIED", "access to the resource is denied") : answer
        }
        var request = try SuiteFiles.request()
        request.flows = [.ociMonolithic]
        request.parameters = ["rounds": 1, "repetitions": 20, "connections": 5]
        return try await Certifier(transport: registry, pause: { _ in }).run(request)
    }

    private func isManifestRead(_ request: HTTPRequest) -> Bool {
        request.isManifest && (request.method == .get || request.method == .head)
    }

    @Test("gets no verdict where he cannot look", arguments: ["list tags", "pull"])
    func withoutTheRightNothingIsSaid(right: String) async throws {
        let result = try await certify { request in
            right == "pull" ? isManifestRead(request) : request.isTagList
        }
        let violated = result.scenarios.filter { $0.verdict == .violated }.map(\.id)
        #expect(violated == [], "\(TerminalReport(result).render())")
        let first = try #require(result.scenarios.first { $0.id == "first-push" })
        #expect(first.verdict == .inconclusive)
        #expect(first.cases.first?.finding?.message.contains("give the writer the right to \(right)") == true)
    }

    /// Who was let read before has the right.
    @Test func aTagThatIsHiddenAfterARefusalIsViolated() async throws {
        let refused = Mutex(false)
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            if answer.status == 409 { refused.withLock { $0 = true } }
            guard isManifestRead(request), refused.withLock({ $0 }) else { return answer }
            return .error(403, "DENIED", "under review")
        }
        var request = try SuiteFiles.request()
        request.flows = [.ociMonolithic]
        request.selection.only = ["first-push", "tag-unchanged"]
        let result = try await Certifier(transport: registry, pause: { _ in }).run(request)
        #expect(result.scenarios.first { $0.id == "tag-unchanged" }?.verdict == .violated)
    }
}
