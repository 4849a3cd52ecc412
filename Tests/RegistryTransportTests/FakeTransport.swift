// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization

/// Answers from a list, and remembers what it was asked.
final class FakeTransport: HTTPTransport {
    enum Turn {
        case answer(Int, HTTPHeaders = [:], String = "")
        case failure(TransportError.Kind)
    }

    private struct State {
        var turns: [Turn]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    convenience init(_ turns: Turn...) {
        self.init(turns)
    }

    init(_ turns: [Turn]) {
        state = Mutex(State(turns: turns.reversed()))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let turn = state.withLock { state in
            state.requests.append(request)
            return state.turns.popLast()
        }
        switch turn {
        case .answer(let status, let headers, let text):
            if case .sink(let sink) = body, status == 200 {
                try? Array(text.utf8).withUnsafeBytes { try sink.append($0) }
            }
            return HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
        case .failure(let kind): throw TransportError(kind, request, "as told")
        case nil: throw TransportError(.badRequest, request, "nothing is left to answer")
        }
    }
}

/// Keeps what it is given.
final class MemorySink: BlobSink {
    private let content = Mutex([UInt8]())

    var text: String { String(decoding: content.withLock { $0 }, as: UTF8.self) }

    func append(_ bytes: UnsafeRawBufferPointer) {
        content.withLock { $0 += bytes }
    }

    func restart() {
        content.withLock { $0 = [] }
    }
}

func url(_ text: String) throws -> HTTPURL {
    try HTTPURL(text)
}
