// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import Dispatch
import ImageStore
import RegistryTransport
import ScriptedHTTP
import Synchronization
import SystemPackage
import Testing

/// Ranges, limits, time-outs, cancellation, back-pressure.
@Suite struct TransferTests {
    private func url(_ port: UInt16, _ path: String = "/x") -> HTTPURL {
        HTTPURL(.http, "127.0.0.1:\(port)", path)
    }

    @Test(
        arguments: [
            (nil, 200, nil, true), ("bytes=3-", 206, "bytes 3-9/10", true),
            ("bytes=3-", 206, "Bytes 3-9/*", true),
            ("bytes=3-", 200, nil, false), ("bytes=3-", 206, "bytes 0-9/10", false),
            ("bytes=3-", 206, nil, false),
            (nil, 206, "bytes 0-9/10", false), (nil, 404, nil, false), ("bytes=3-", 416, "bytes */10", false),
        ] as [(String?, Int, String?, Bool)])
    func aSinkTakesOnlyWhatWasAskedFor(
        range: String?, status: Int, contentRange: String?, isTaken: Bool
    ) async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(status, contentRange.map { ["Content-Range: \($0)"] } ?? [], "content")
        }
        var request = HTTPRequest(.get, url(server.port))
        request.headers["Range"] = range
        let sink = CollectingSink()
        let response = try await CurlTransport().send(request, receiving: .sink(sink))
        #expect(response.status == status)
        #expect(sink.bytes == (isTaken ? Array("content".utf8) : []))
        #expect(response.body == (isTaken ? [] : Array("content".utf8)))
    }

    @Test(
        arguments: [
            ("Content-Length: 7\r\n\r\ncontent", 7),
            ("Transfer-Encoding: chunked\r\n\r\n7\r\ncontent\r\n0\r\n\r\n", nil),
        ] as [(String, Int64?)])
    func aSinkHearsHowMuchIsToCome(answer: String, count: Int64?) async throws {
        let server = try ScriptedServer { _ in Array("HTTP/1.1 200 OK\r\n\(answer)".utf8) }
        let sink = CollectingSink()
        _ = try await CurlTransport().send(HTTPRequest(.get, url(server.port)), receiving: .sink(sink))
        #expect(sink.expected == [count])
        #expect(sink.bytes == Array("content".utf8))
    }

    @Test func whatASinkSaysIsTheReason() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(200, [], "content") }
        await #expect {
            _ = try await CurlTransport().send(
                HTTPRequest(.get, url(server.port)), receiving: .sink(CollectingSink(limit: 3)))
        } throws: { "\($0)".contains("Full()") }
    }

    @Test func aBodyThatCannotBeReadIsNotSentAsIfItCould() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(201) }
        let body = ByteSource.file("/nonexistent/layer", offset: 0, count: 10)
        await #expect {
            _ = try await CurlTransport().answer(to: HTTPRequest(.put, url(server.port), body: body))
        } throws: { error in
            guard let error = error as? TransportError else { return false }
            return error.kind == .badRequest && "\(error)".contains("/nonexistent/layer")
        }
    }

    @Test func aServerThatStandsStillIsGivenUp() async throws {
        var configuration = CurlConfiguration()
        configuration.stallTimeout = .seconds(1)
        try await expectThatHalfAnAnswerIsGivenUp(configuration)
    }

    /// Nothing stands still for the minute after which a transfer is given up otherwise.
    @Test func aDocumentThatDoesNotComeInItsTimeIsGivenUp() async throws {
        var configuration = CurlConfiguration()
        configuration.documentTimeout = .milliseconds(300)
        try await expectThatHalfAnAnswerIsGivenUp(configuration)
    }

    private func expectThatHalfAnAnswerIsGivenUp(_ configuration: CurlConfiguration) async throws {
        let server = try ScriptedServer { _ in
            Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome".utf8)
        }
        let transport = try CurlTransport(configuration)
        await #expect {
            _ = try await transport.answer(to: HTTPRequest(.get, url(server.port)))
        } throws: { ($0 as? TransportError)?.kind == .stalled }
    }

    @Test(
        "what came of an answer that broke off is told",
        arguments: ["Content-Length: 99\r\n\r\nsome", "Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n"])
    func aBrokenOffAnswerIsTold(rest: String) async throws {
        let server = try ScriptedServer { _ in
            Array("HTTP/1.1 409 Conflict\r\nConnection: close\r\nX-Reason: no\r\n\(rest)".utf8)
        }
        let error = await #expect(throws: TransportError.self) {
            _ = try await CurlTransport().answer(to: HTTPRequest(.get, url(server.port)))
        }
        #expect(error?.kind == .interrupted)
        #expect(error?.partial?.status == 409)
        #expect(error?.partial?.headers["X-Reason"] == "no")
        #expect(error?.partial?.body == Array("some".utf8))
    }

    /// A listener whose queue is full takes no connection and refuses none.
    @Test func aHostThatDoesNotAnswerIsUnreachableAfterTheTimeOut() async throws {
        var configuration = CurlConfiguration()
        configuration.connectTimeout = .milliseconds(300)
        let silent = try SilentPort()
        let transport = try CurlTransport(configuration)
        await #expect {
            _ = try await transport.answer(to: HTTPRequest(.put, url(silent.port), body: .bytes([1])))
        } throws: { ($0 as? TransportError)?.kind == .unreachable }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let server = try ScriptedServer { _ in nil }
        let transport = try CurlTransport()
        let url = url(server.port)
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate.stream {}
            return try await transport.answer(to: HTTPRequest(.get, url))
        }
        task.cancel()
        gate.continuation.finish()
        await #expect { _ = try await task.value } throws: { ($0 as? TransportError)?.kind == .cancelled }
        #expect(server.requests.isEmpty)
    }

    @Test func cancellingOneTransferLeavesTheOthersAlone() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { request in
            guard request.line == "GET /hangs" else { return ScriptedServer.answer(200, [], request.line) }
            arrived.yield()
            return Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n".utf8)
        }
        let transport = try CurlTransport()
        let (hanging, url) = (url(server.port, "/hangs"), url(server.port, "/fine"))
        let task = Task { try await transport.answer(to: HTTPRequest(.get, hanging)) }
        for await _ in arrivals { break }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await transport.answer(to: HTTPRequest(.get, url)).status } }
            task.cancel()
            for try await status in group { #expect(status == 200) }
        }
    }

    @Test func aBodySaysHowMuchOfItHasLeft() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(201) }
        let counts = Mutex([Int64]())
        var request = HTTPRequest(
            .put, url(server.port), body: .bytes([UInt8](repeating: 7, count: 5_000_000)))
        request.onSent = { count in counts.withLock { $0.append(count) } }
        #expect(try await CurlTransport().answer(to: request).status == 201)
        let seen = counts.withLock { $0 }
        #expect(seen == seen.sorted() && seen.last == 5_000_000 && seen.count > 1, "\(seen)")
    }

    @Test func certificatesThatCannotBeUsedAreSaidBeforeAnythingIsSent() async throws {
        var configuration = CurlConfiguration()
        configuration.hostCertificates = { _ throws(CertificateFault) in
            throw CertificateFault(description: "client.key is missing")
        }
        let transport = try CurlTransport(configuration)
        await #expect {
            _ = try await transport.answer(to: HTTPRequest(.get, HTTPURL(.https, "127.0.0.1:1", "/")))
        } throws: { ($0 as? TransportError)?.kind == .untrusted && "\($0)".contains("client.key is missing") }
    }

    @Test func aServerWaitsForASlowSink() async throws {
        let server = try StallingServer(bytes: 64 << 20)
        let sink = WaitingSink(server.hasStalled)
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(.get, url(server.port)), receiving: .sink(sink))
        #expect(response.status == 200 && sink.count == 64 << 20)
        #expect(sink.hasSeenStall)
    }
}

/// Stands still at the first byte until the server could not send any more, or for a minute.
private final class WaitingSink: BlobSink {
    private let stall: DispatchSemaphore
    private let state = Mutex((count: 0, hasSeenStall: false))

    init(_ stall: DispatchSemaphore) {
        self.stall = stall
    }

    var count: Int { state.withLock { $0.count } }
    var hasSeenStall: Bool { state.withLock { $0.hasSeenStall } }

    func append(_ bytes: UnsafeRawBufferPointer) {
        if count == 0 {
            let hasStalled = stall.wait(timeout: .now() + .seconds(60)) == .success
            state.withLock { $0.hasSeenStall = hasStalled }
        }
        state.withLock { $0.count += bytes.count }
    }

    func restart() {}
}
