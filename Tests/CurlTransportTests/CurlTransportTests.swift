// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import ImageStore
import RegistryTransport
import ScriptedHTTP
import Testing

@Suite struct CurlTransportTests {
    private func url(_ server: ScriptedServer, _ path: String = "/x") -> HTTPURL {
        HTTPURL(.http, "127.0.0.1:\(server.port)", path)
    }

    @Test func anAnswerComesWithStatusHeadersAndBody() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(418, ["X-Odd:  a b "], "body") }
        let response = try await CurlTransport().answer(to: HTTPRequest(.get, url(server)))
        #expect(response.status == 418)
        #expect(response.headers["x-odd"] == "a b")
        #expect(response.body == Array("body".utf8))
    }

    @Test(arguments: [HTTPRequest.Method.put, .patch, .post])
    func aBodyTravelsWithItsLength(method: HTTPRequest.Method) async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(201) }
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let request = HTTPRequest(method, url(server), headers: ["Content-Type": "a/b"], body: .bytes(body))
        #expect(try await CurlTransport().answer(to: request).status == 201)
        let received = try #require(server.requests.first)
        #expect(received.line == "\(method.rawValue) /x")
        #expect(received.body == body)
        #expect(received.header("Content-Length") == "300000")
        #expect(received.header("Content-Type") == "a/b")
        #expect(received.header("Expect") == nil)
    }

    @Test func aChunkedBodyTravelsWithoutLengthAndType() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(202) }
        var request = HTTPRequest(.patch, url(server), body: .bytes(Array("hello".utf8)))
        request.framing = .chunked
        #expect(try await CurlTransport().answer(to: request).status == 202)
        let received = try #require(server.requests.first)
        #expect(received.header("Transfer-Encoding") == "chunked")
        #expect(received.header("Content-Type") == nil && received.header("Content-Length") == nil)
        #expect(received.body == Array("hello".utf8))
    }

    @Test func plainHTTPGoesThroughTheProxyThatIsConfigured() async throws {
        let proxy = try ScriptedServer { _ in ScriptedServer.answer(404) }
        let registry = try ScriptedServer { _ in ScriptedServer.answer(200) }
        var configuration = CurlConfiguration()
        configuration.allowsPlainHTTP = { _ in true }
        configuration.plainHTTPProxy = "http://127.0.0.1:\(proxy.port)"
        let transport = try CurlTransport(configuration)
        let request = HTTPRequest(.get, HTTPURL(.http, "registry.example", "/v2/"))
        #expect(try await transport.answer(to: request).status == 404)
        #expect(proxy.requests.map(\.line) == ["GET http://registry.example/v2/"])
        #expect(try await transport.answer(to: HTTPRequest(.get, url(registry))).status == 200)
        #expect(proxy.requests.count == 1, "this machine is reached without it")
    }

    @Test func whatIsReachedDirectlyIsChosenByTheConfiguration() async throws {
        let proxy = try ScriptedServer { _ in ScriptedServer.answer(404) }
        let server = try ScriptedServer { _ in ScriptedServer.answer(200) }
        var configuration = CurlConfiguration()
        configuration.plainHTTPProxy = "http://127.0.0.1:\(proxy.port)"
        configuration.isReachedDirectly = { _ in false }
        let request = HTTPRequest(.get, url(server))
        #expect(try await CurlTransport(configuration).answer(to: request).status == 404)
        configuration.isReachedDirectly = { [authority = request.url.authority] in $0.authority == authority }
        #expect(try await CurlTransport(configuration).answer(to: request).status == 200)
    }

    @Test func aPostWithoutBodySaysSo() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(202) }
        _ = try await CurlTransport().answer(to: HTTPRequest(.post, url(server)))
        #expect(server.requests.first?.header("Content-Length") == "0")
    }

    @Test func headHasNoBodyButItsLength() async throws {
        let server = try ScriptedServer { _ in Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n".utf8) }
        let response = try await CurlTransport().answer(to: HTTPRequest(.head, url(server)))
        #expect(response.headers["Content-Length"] == "99" && response.body.isEmpty)
    }

    @Test func moreThanTheLimitIsCutAndSaidSo() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(200, [], String(repeating: "x", count: 5_000_000))
        }
        let response = try await CurlTransport().send(
            HTTPRequest(.get, url(server)), receiving: .memory(limitBytes: 1_000))
        #expect(response.isTruncated && response.body.count == 1_000)
    }

    @Test func aSinkTakesTheBodyOfASuccessAndMemoryThatOfAnError() async throws {
        let server = try ScriptedServer { request in
            ScriptedServer.answer(request.line == "GET /ok" ? 200 : 404, [], "content")
        }
        let transport = try CurlTransport()
        let sink = CollectingSink()
        let good = try await transport.send(HTTPRequest(.get, url(server, "/ok")), receiving: .sink(sink))
        let bad = try await transport.send(HTTPRequest(.get, url(server, "/no")), receiving: .sink(sink))
        #expect(good.body.isEmpty && sink.bytes == Array("content".utf8))
        #expect(bad.body == Array("content".utf8))
    }

    @Test func aSinkThatRefusesEndsTheTransferWithItsError() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(200, [], "content") }
        await #expect {
            _ = try await CurlTransport().send(
                HTTPRequest(.get, url(server)), receiving: .sink(CollectingSink(limit: 3)))
        } throws: { error in
            guard let error = error as? TransportError else { return false }
            return error.kind == .sinkFailed && error.cause is CollectingSink.Full
        }
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(200) }
        let transport = try CurlTransport()
        for number in 0..<20 {
            let method: HTTPRequest.Method = [.get, .head, .put, .delete][number % 4]
            _ = try await transport.answer(to: HTTPRequest(method, url(server)))
        }
        #expect(server.requests.count == 20)
        #expect(server.connectionCount == 1)
    }

    @Test func aClosedPortIsUnreachableAndSaysWhere() async throws {
        let closed = try ClosedPort()
        await #expect {
            _ = try await CurlTransport().answer(
                to: HTTPRequest(.get, HTTPURL(.http, "127.0.0.1:\(closed.port)", "/v2/")))
        } throws: { error in
            guard let error = error as? TransportError else { return false }
            return error.kind == .unreachable && error.description.contains("127.0.0.1:\(closed.port)")
        }
    }

    @Test func aServerThatHangsUpInterrupts() async throws {
        let server = try ScriptedServer { _ in nil }
        await #expect {
            _ = try await CurlTransport().answer(to: HTTPRequest(.get, url(server)))
        } throws: { ($0 as? TransportError)?.kind == .interrupted }
    }

    @Test func plainHTTPToAnotherMachineIsNotSent() async throws {
        await #expect {
            _ = try await CurlTransport().answer(
                to: HTTPRequest(.get, HTTPURL(.http, "registry.example", "/v2/")))
        } throws: { ($0 as? TransportError)?.kind == .untrusted }
    }

    @Test func cancellingTheTaskEndsATransferThatHangs() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { _ in
            arrived.continuation.yield()
            // An answer that promises more than comes: the client waits for the rest.
            return Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n".utf8)
        }
        let task = Task { try await CurlTransport().answer(to: HTTPRequest(.get, url(server))) }
        for await _ in arrived.stream { break }
        task.cancel()
        await #expect {
            _ = try await task.value
        } throws: { ($0 as? TransportError)?.kind == .cancelled }
    }

    @Test func lastBytesWaitForEachOther() async throws {
        let transport = try CurlTransport()
        let server = try ScriptedServer { _ in ScriptedServer.answer(201) }
        let barrier = SendBarrier(parties: 32)
        let url = url(server)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<32 {
                group.addTask {
                    if number == 31 {
                        // Everybody else is at the last byte and must not have been answered.
                        #expect(server.requests.isEmpty)
                    }
                    var request = HTTPRequest(.put, url, body: .bytes([UInt8(number), 0]))
                    request.barrier = barrier
                    return try await transport.answer(to: request).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 201, count: 32))
        #expect(Set(server.requests.map { $0.body[0] }).count == 32)
    }
}
