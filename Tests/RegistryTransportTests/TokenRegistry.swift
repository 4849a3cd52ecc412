// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization

/// A registry at r.io that wants Bearer tokens, and its token server at t.io.
///
/// A token is the text of its scopes, so that the registry can see what it is good for.
final class TokenRegistry: HTTPTransport {
    struct State {
        /// The scopes of each question to the token server, and its form.
        var questions: [String] = []
        var requests: [HTTPRequest] = []
        var revoked: Set<String> = []
        var tokens = 0
    }

    /// Members of the token server's answers besides the token.
    let extra: String
    /// Runs before the token server answers.
    let pause: @Sendable () async -> Void
    let state = Mutex(State())

    init(extra: String = "", pause: @escaping @Sendable () async -> Void = {}) {
        self.extra = extra
        self.pause = pause
    }

    var questions: [String] { state.withLock { $0.questions } }
    /// How many requests came to the registry without a token.
    var challenges: Int {
        state.withLock { $0.requests.count { $0.headers["Authorization"] == nil } }
    }

    /// Makes the registry refuse every token that was given so far.
    func revoke() {
        state.withLock { state in state.revoked = Set((0...state.tokens).map { "#\($0)" }) }
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        if request.url.authority == "t.io" { return try await token(request) }
        let needed = request.method == .get ? "pull" : "push"
        return state.withLock { state in
            state.requests.append(request)
            let token = request.headers["Authorization"]?.dropFirst("Bearer ".count) ?? ""
            let parts = token.split(separator: "|").map(String.init)
            if let number = parts.last, !state.revoked.contains(number), parts.first?.contains(needed) == true
            {
                return HTTPResponse(status: 200)
            }
            let scope = "repository:a:\(needed)"
            let challenge = #"Bearer realm="https://t.io/token",service="r.io",scope="\#(scope)""#
            return HTTPResponse(status: 401, headers: ["WWW-Authenticate": challenge])
        }
    }

    private func token(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let scopes = (request.url.query ?? "").split(separator: "&")
            .filter { $0.hasPrefix("scope=") }.map { $0.dropFirst(6).replacing("%2C", with: ",") }
            .joined(separator: " ")
        let number = state.withLock { state in
            state.questions.append(scopes)
            state.tokens += 1
            return state.tokens
        }
        await pause()
        if Task.isCancelled { throw TransportError(.cancelled, request, "cancelled") }
        return HTTPResponse(
            status: 200, body: Array(#"{"token":"\#(scopes)|#\#(number)"\#(extra)}"#.utf8))
    }
}

/// Lets through when so many have come.
final class Gate: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(missing: count))
    }

    func count() {
        let released = state.withLock { state in
            state.missing -= 1
            guard state.missing <= 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in released { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.missing > 0 { state.waiting.append(continuation) }
                return state.missing <= 0
            }
            if isOpen { continuation.resume() }
        }
    }
}
