// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization
import Testing

@Suite struct RetryTests {
    private static let policy = RetryPolicy()

    private static func request(_ method: HTTPRequest.Method, body: ByteSource? = nil) throws -> HTTPRequest {
        HTTPRequest(method, try url("http://127.0.0.1/x"), body: body)
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, 429, true), (.put, 429, true), (.put, 503, true),
        (.get, 500, true), (.head, 502, true), (.get, 504, true), (.get, 408, true),
        (.put, 500, false),  // it may have been carried out
        (.get, 200, false), (.get, 404, false), (.get, 401, false), (.get, 403, false),
        (.put, 409, false),  // a denial is final
        (.get, 501, false),
    ])
    func anAnswerIsRetriedOnlyWhenItIsPassing(method: HTTPRequest.Method, status: Int, isRetried: Bool) throws
    {
        let pause = RetryTests.policy.pause(
            after: .answer(HTTPResponse(status: status)), of: try RetryTests.request(method), attempt: 1,
            jitter: 1)
        #expect((pause != nil) == isRetried)
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, TransportError.Kind.interrupted, true), (.head, .stalled, true),
        (.put, .unreachable, true),  // nothing was sent
        (.put, .interrupted, false), (.patch, .interrupted, false), (.delete, .interrupted, false),
        (.get, .untrusted, false), (.get, .cancelled, false), (.get, .sinkFailed, false),
        (.get, .badRequest, false),
    ])
    func aFailureIsRetriedOnlyWhereItDoesNoHarm(
        method: HTTPRequest.Method, kind: TransportError.Kind, isRetried: Bool
    ) throws {
        let request = try RetryTests.request(method, body: method == .put ? .bytes([1]) : nil)
        let failure = TransportError(kind, request, "")
        let pause = RetryTests.policy.pause(after: .failure(failure), of: request, attempt: 1, jitter: 0)
        #expect((pause != nil) == isRetried)
    }

    @Test func pausesDoubleUpToALimitAndJitterHalvesThem() throws {
        let request = try RetryTests.request(.get)
        var policy = RetryPolicy()
        policy.attempts = 100
        let pauses = [1, 2, 3, 20].map {
            policy.pause(after: .answer(HTTPResponse(status: 503)), of: request, attempt: $0, jitter: 1)
        }
        #expect(pauses == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(20)])
        let least = policy.pause(
            after: .answer(HTTPResponse(status: 503)), of: request, attempt: 1, jitter: 0)
        #expect(least == .milliseconds(125))
    }

    @Test(arguments: [("3", Duration?.some(.seconds(3))), ("0", .seconds(0)), ("61", nil)])
    func retryAfterIsObeyedUpToALimit(value: String, pause: Duration?) throws {
        let answer = HTTPResponse(status: 429, headers: ["Retry-After": value])
        #expect(
            RetryTests.policy.pause(
                after: .answer(answer), of: try RetryTests.request(.get), attempt: 1, jitter: 0)
                == pause)
    }

    @Test(
        arguments: [
            ("Sat, 21 Nov 2026 09:00:03 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", .seconds(3)),
            ("Sat, 21 Nov 2026 08:59:00 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", .seconds(0)),  // gone by
            ("Sat, 21 Nov 2026 09:01:01 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", nil),  // too far off
            ("Thu, 01 Jan 1970 00:01:45 GMT", nil, .seconds(5)),  // by our own clock
            ("Thu, 01 Jan 1970 00:01:45 GMT", "rubbish", .seconds(5)),
            ("tomorrow", nil, .milliseconds(125)),  // said in no way that counts
        ] as [(String, String?, Duration?)])
    func retryAfterMayBeADate(value: String, date: String?, pause: Duration?) throws {
        var policy = RetryTests.policy
        policy.now = { 100 }
        var answer = HTTPResponse(status: 503, headers: ["Retry-After": value])
        answer.headers["Date"] = date
        #expect(
            policy.pause(after: .answer(answer), of: try RetryTests.request(.get), attempt: 1, jitter: 0)
                == pause)
    }

    @Test func aRepeatedDownloadStartsItsSinkAgain() async throws {
        let fake = FakeTransport(
            .answer(200, [:], "half"), .failure(.interrupted), .answer(200, [:], "whole"))
        let sink = MemorySink()
        _ = try await fake.send(RetryTests.request(.get), receiving: .sink(sink))
        let transport = RetryingTransport(fake, sleep: { _ in }, jitter: { 0 })
        let response = try await transport.send(RetryTests.request(.get), receiving: .sink(sink))
        #expect(response.status == 200 && sink.text == "whole")
        #expect(fake.requests.count == 3)
    }

    @Test func afterTheLastTryTheOutcomeIsGivenAsItIs() async throws {
        let fake = FakeTransport(
            .answer(503), .answer(503), .answer(503), .answer(503), .answer(503, ["X": "last"]))
        let pauses = Mutex([Duration]())
        let transport = RetryingTransport(
            fake, sleep: { pause in pauses.withLock { $0.append(pause) } }, jitter: { 1 })
        let response = try await transport.answer(to: RetryTests.request(.get))
        #expect(response.headers["X"] == "last")
        #expect(pauses.withLock { $0 } == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
    }

    @Test func cancellationDuringThePauseIsCancellation() async throws {
        let transport = RetryingTransport(
            FakeTransport(.answer(503)), sleep: { _ in throw CancellationError() }, jitter: { 0 })
        await #expect {
            _ = try await transport.answer(to: RetryTests.request(.get))
        } throws: { ($0 as? TransportError)?.kind == .cancelled }
    }
}

@Suite struct RedirectTests {
    private func request(_ method: HTTPRequest.Method = .get) throws -> HTTPRequest {
        HTTPRequest(method, try url("https://a.io/x"), headers: ["Authorization": "Bearer secret"])
    }

    @Test func credentialsStayOnTheirHost() async throws {
        let fake = FakeTransport(
            .answer(307, ["Location": "/y"]), .answer(307, ["Location": "https://cdn.io/z?sig=1"]),
            .answer(200))
        _ = try await RedirectingTransport(fake).answer(to: request())
        #expect(
            fake.requests.map(\.url.description) == [
                "https://a.io/x", "https://a.io/y", "https://cdn.io/z?sig=1",
            ])
        #expect(fake.requests.map { $0.headers["Authorization"] != nil } == [true, true, false])
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch, .delete], [307, 308])
    func anUploadFollowsARedirectThatKeepsItsMethod(method: HTTPRequest.Method, status: Int) async throws {
        let fake = FakeTransport(.answer(status, ["Location": "https://store.io/y?s=1"]), .answer(201))
        var upload = try request(method)
        upload.body = .bytes([1, 2, 3])
        #expect(try await RedirectingTransport(fake).answer(to: upload).status == 201)
        let last = try #require(fake.requests.last)
        #expect(last.method == method && last.body == .bytes([1, 2, 3]))
        #expect(last.url.description == "https://store.io/y?s=1" && last.headers["Authorization"] == nil)
    }

    @Test(arguments: [301, 302, 303])
    func anUploadIsNotTurnedIntoARead(status: Int) async throws {
        let fake = FakeTransport(.answer(status, ["Location": "/y"]))
        #expect(try await RedirectingTransport(fake).answer(to: request(.put)).status == status)
        #expect(fake.requests.count == 1)
    }

    @Test func aCircleEnds() async throws {
        let fake = FakeTransport(
            .answer(302, ["Location": "/x"]), .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]), .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]), .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]),
            .answer(302, ["Location": "/x"]), .answer(302, ["Location": "/x"]), .answer(200))
        await #expect(throws: TransportError.self) {
            _ = try await RedirectingTransport(fake).answer(to: request())
        }
    }
}
