// SPDX-License-Identifier: Apache-2.0

import ImageStore

/// Sends again what may be sent again, after a pause.
///
/// Uploads of bodies are not repeated here: only the client knows how far a session has come.
package struct RetryingTransport: HTTPTransport {
    private let next: any HTTPTransport
    private let policy: RetryPolicy
    private let sleep: @Sendable (Duration) async throws -> Void
    private let jitter: @Sendable () -> Double
    private let retrying: @Sendable (RetryPolicy.Outcome, Duration) -> Void

    /// Retries over `next`; `sleep` waits and throws when the task is cancelled, `jitter` is random from 0 to 1, and
    /// `retrying` hears of what came before each pause: by itself ``RetryNews``.
    package init(
        _ next: any HTTPTransport, policy: RetryPolicy = RetryPolicy(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        retrying: @escaping @Sendable (RetryPolicy.Outcome, Duration) -> Void = { outcome, _ in
            RetryNews.listener?.tell(outcome.reason)
        }
    ) {
        self.next = next
        self.policy = policy
        self.sleep = sleep
        self.jitter = jitter
        self.retrying = retrying
    }

    package func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        var attempt = 1
        while true {
            let outcome = await outcome(of: request, receiving: body)
            guard let pause = policy.pause(after: outcome, of: request, attempt: attempt, jitter: jitter())
            else {
                switch outcome {
                case .answer(let response): return response
                case .failure(let error): throw error
                }
            }
            retrying(outcome, pause)
            do {
                try await sleep(pause)
                if case .sink(let sink) = body { try sink.restart() }
            } catch is CancellationError {
                throw TransportError(.cancelled, request, "cancelled")
            } catch {
                throw TransportError(.sinkFailed, request, "\(error)", cause: error)
            }
            attempt += 1
        }
    }

    private func outcome(of request: HTTPRequest, receiving body: ResponseBody) async -> RetryPolicy.Outcome {
        do {
            return .answer(try await next.send(request, receiving: body))
        } catch {
            return .failure(error)
        }
    }
}
