// SPDX-License-Identifier: Apache-2.0

/// No answer came to a request.
package struct TransportError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// Nothing was sent: the name does not resolve, the port is closed, TLS failed.
        case unreachable
        /// The connection broke after it stood; the request may have had its effect.
        case interrupted
        /// Neither bytes out nor bytes in for too long.
        case stalled
        /// The peer's certificate is not trusted, or the protocol is not allowed.
        case untrusted
        /// The task was cancelled.
        case cancelled
        /// The receiving end refused: ``cause`` says why.
        case sinkFailed
        /// What was asked cannot be sent.
        case badRequest
    }

    package let kind: Kind
    /// `METHOD URL`, without user information and query.
    package let request: String
    /// One lower-case clause.
    package let reason: String
    /// What the sink or the file threw.
    package let cause: (any Error)?
    /// What had come of the answer when it broke off before its end, the head whole; nil when nothing had.
    package var partial: HTTPResponse?

    package init(_ kind: Kind, _ request: HTTPRequest, _ reason: String, cause: (any Error)? = nil) {
        self.kind = kind
        self.request = "\(request.method.rawValue) \(request.url.redacted)"
        self.reason = reason
        self.cause = cause
    }

    package var description: String { "\(request): \(reason)" }

    /// True when the same request may succeed a moment later.
    package var isTransient: Bool { kind == .unreachable || kind == .interrupted || kind == .stalled }
}
