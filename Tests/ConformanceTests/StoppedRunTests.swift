// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite("A run that ends early")
struct StoppedRunTests {
    /// The suite without the race, in the order of its files: deletes first.
    private func request() throws -> CertifyRequest {
        var request = try SuiteFiles.request()
        request.selection.skip = ["race"]
        request.parameters = ["repetitions": 2]
        return request
    }

    /// Cancels the task that asks at its `count`th manifest PUT, which then fails as transports do.
    private func interrupted(at count: Int) -> any HTTPTransport {
        let puts = Mutex(0)
        return AlteringTransport(registry: MemoryRegistry()) { request, answer throws(TransportError) in
            guard request.isManifestPut,
                puts.withLock({
                    $0 += 1
                    return $0 >= count
                })
            else { return answer }
            withUnsafeCurrentTask { $0?.cancel() }
            throw TransportError(.cancelled, request, "cancelled")
        }
    }

    @Test func anInterruptedRunSaysWhatItFoundOut() async throws {
        var changed = try request()
        changed.flows = [.dockerSchema2]
        let request = changed
        let transport = interrupted(at: 3)
        let result = try await Task { try await Certifier(transport: transport).run(request) }.value
        #expect(result.stopped == .interrupted)
        #expect(result.exitCode(requiring: .sealed) == 130)
        #expect(result.scenarios.contains { $0.verdict == .passed })
        let met = result.scenarios.flatMap(\.cases).filter { $0.verdict == .inconclusive }
        #expect(met.map(\.finding?.message) == ["the run was interrupted"])
        #expect(
            result.repositories.count == result.scenarios.flatMap(\.cases).count { !$0.transcript.isEmpty })
        #expect(result.repositories.contains { $0.hasPrefix("stet-certify/run1/") })
        let text = TerminalReport(result).render()
        #expect(text.contains("Not all cases ran: the run was interrupted\nLeft behind: 2 repositories"))
        #expect(JUnitReport.render(result).contains(#"name="stopped" value="the run was interrupted""#))
        #expect(
            String(decoding: try JSONReport.render(result), as: UTF8.self).contains(
                #""stopped" : "interrupted""#))
    }

    @Test func aRunThatIsInterruptedBeforeItsFirstCaseHasNoResult() async throws {
        let request = try request()
        let server = AlteringTransport(registry: MemoryRegistry()) { request, _ throws(TransportError) in
            throw TransportError(.cancelled, request, "cancelled")
        }
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: server).run(request)
        }
        #expect(error?.description == "the run was cancelled")
    }

    @Test func threeCasesInARowWithoutAnAnswerEndTheRun() async throws {
        let puts = Mutex(0)
        let server = AlteringTransport(registry: MemoryRegistry()) { request, answer throws(TransportError) in
            guard request.isManifestPut else { return answer }
            puts.withLock { $0 += 1 }
            throw TransportError(.stalled, request, "no bytes for 60 seconds")
        }
        var request = try request()
        let result = try await Certifier(transport: server).run(request)
        #expect(puts.withLock { $0 } == 3)
        #expect(result.stopped == .unanswered)
        #expect(result.exitCode(requiring: .protocol) == 3)
        #expect(result.exitCode(requiring: .sealed) == 3)
        request.selection.only = ["first-push"]
        request.flows = [.dockerSchema2, .ociChunked, .ociMonolithic]
        #expect(try await Certifier(transport: server).run(request).stopped == nil, "all three cases ran")
        let skipped = result.scenarios.flatMap(\.cases).filter { $0.verdict == .skipped && $0.id != "" }
        #expect(!skipped.isEmpty)
        #expect(skipped.allSatisfy { $0.finding?.message == "3 cases in a row got no answer" })
    }

    @Test func anAnsweredCaseBetweenThemLetsTheRunGoOn() async throws {
        let server = AlteringTransport(registry: MemoryRegistry()) { request, answer throws(TransportError) in
            guard request.isManifestPut, request.url.path.contains("docker-schema2") else { return answer }
            throw TransportError(.stalled, request, "no bytes for 60 seconds")
        }
        var request = try request()
        request.selection.only = ["first-push", "overwrite-same-flow"]
        #expect(try await Certifier(transport: server).run(request).stopped == nil)
    }
}
