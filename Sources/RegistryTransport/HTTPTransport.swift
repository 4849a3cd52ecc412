// SPDX-License-Identifier: Apache-2.0

/// The seam to HTTP: sends one request and waits for its answer.
///
/// A transport sends once, follows no redirect and adds no credentials; wrappers do (``RetryingTransport``,
/// ``RedirectingTransport``, ``AuthenticatingTransport``). Any status is an answer; an error means that no answer
/// came. Cancelling the task ends the transfer.
package protocol HTTPTransport: Sendable {
    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse
}

extension HTTPTransport {
    /// Sends a request whose answer is small.
    package func answer(to request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await send(request, receiving: .document)
    }
}
