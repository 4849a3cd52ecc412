// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// An API that answers as a test says, and writes down what it was asked.
final class ScriptedAdmin: HTTPTransport {
    typealias Answer = @Sendable (_ method: String, _ target: String) -> (Int, String)
    typealias KnowingAnswer = @Sendable (_ method: String, _ target: String, HTTPHeaders) -> (Int, String)

    private let answer: KnowingAnswer
    private let log = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping Answer) { self.answer = { method, target, _ in answer(method, target) } }

    /// One that looks at who is asking.
    init(_ answer: @escaping KnowingAnswer) { self.answer = answer }

    /// `POST /api/v1/policies`, in the order in which they came.
    var calls: [String] { log.withLock { $0.map { "\($0.method.rawValue) \(ScriptedAdmin.target($0))" } } }

    var requests: [HTTPRequest] { log.withLock { $0 } }

    /// Begins the list anew.
    func forget() { log.withLock { $0 = [] } }

    func body(_ index: Int) throws -> JSONValue {
        try JSONDocument.decode(
            JSONValue.self, from: requests[index].body?.inMemory ?? [], noun: "request")
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        log.withLock { $0.append(request) }
        let (status, text) = answer(request.method.rawValue, ScriptedAdmin.target(request), request.headers)
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
    }

    private static func target(_ request: HTTPRequest) -> String {
        request.url.path + (request.url.query.map { "?\($0)" } ?? "")
    }
}

/// Counts, whoever asks.
final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }
    func next() { number.withLock { $0 += 1 } }
}

extension SetupKind {
    /// The adapter, reached through a scripted API.
    func scripted(
        _ admin: any HTTPTransport, host: String = "registry.test", _ variables: [String: String],
        programs: (any ClientPrograms)? = nil, now: Int64 = 0
    ) throws -> any RegistrySetup {
        var settings = SetupSettings(HTTPURL(.https, host, "/"), over: admin)
        settings.variable = { variables[$0] }
        settings.now = { now }
        settings.timestamp = { "20150830T123600Z" }
        settings.file = { name in
            guard name == "person.json" else { throw SetupError("there is no file \(name)") }
            return Vendor.personFile
        }
        settings.pause = { _ in }
        settings.programs = programs
        return try #require(try adapter(settings))
    }
}
