// SPDX-License-Identifier: Apache-2.0

package import ImageStore

/// One request, complete: it can be sent again as it is.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// How the end of the body is told.
    package enum Framing: Sendable {
        /// `Content-Length`.
        case length
        /// `Transfer-Encoding: chunked`.
        case chunked
    }

    package var method: Method
    package var url: HTTPURL
    package var headers = HTTPHeaders()
    /// For POST, PUT and PATCH; none is sent as `Content-Length: 0`.
    package var body: ByteSource?
    package var framing = Framing.length
    /// Rights that a token for this request needs, besides those that its URL tells.
    ///
    /// For addresses that a registry made up, and for reads that a write will follow: one token serves both.
    package var scopes: [TokenScope] = []
    /// Holds the last byte of the body until all parties of the barrier are at theirs.
    package var barrier: SendBarrier?
    /// Hears how many bytes of the body have left, on the transport's thread; it must not block.
    ///
    /// The count begins again when the body is sent again.
    package var onSent: (@Sendable (_ bytes: Int64) -> Void)?

    package init(
        _ method: Method, _ url: HTTPURL, headers: HTTPHeaders = HTTPHeaders(), body: ByteSource? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// Headers, bodies and queries carry secrets: only method and address are printed.
extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) \(url.redacted)" }
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
