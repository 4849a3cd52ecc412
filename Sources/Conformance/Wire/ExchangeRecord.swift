// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport

/// An exchange for a report: without secrets, and with bodies cut to what a person reads.
package struct ExchangeRecord: Hashable, Codable, Sendable {
    package struct Field: Hashable, Codable, Sendable {
        package var name: String
        package var value: String
    }

    /// As whom it was sent; nil for the writer.
    package var role: Role?
    package var method: String
    package var url: String
    package var requestHeaders: [Field]
    /// In bytes.
    package var requestBodySize: Int
    /// The body of a manifest; nil for blobs.
    package var requestBody: String?
    /// nil when no answer came: then `failure` says why.
    package var status: Int?
    package var responseHeaders: [Field]
    package var responseBody: String?
    package var failure: String?

    init(_ exchange: Exchange) {
        let response = exchange.response
        self.init(exchange.request, exchange.role)
        status = response.status
        responseHeaders = Redaction.fields(response.headers)
        responseBody = Redaction.text(response.body, type: response.headers["Content-Type"])
    }

    init(_ request: HTTPRequest, _ error: TransportError, _ role: Role) {
        self.init(request, role)
        failure = error.reason
    }

    private init(_ request: HTTPRequest, _ role: Role) {
        self.role = role == .writer ? nil : role
        method = request.method.rawValue
        url = Redaction.url(request.url)
        requestHeaders = Redaction.fields(request.headers)
        if request.framing == .chunked {
            requestHeaders.append(Field(name: "Transfer-Encoding", value: "chunked"))
        }
        requestBodySize = Int(request.body?.count ?? 0)
        if case .bytes(let bytes) = request.body {
            requestBody = Redaction.text(bytes, type: request.headers["Content-Type"])
        }
        responseHeaders = []
    }

    /// For people: `PUT /v2/x/manifests/v1 as reader → 403 Forbidden`.
    package var line: String {
        let whom = role.map { " as \($0.rawValue)" } ?? ""
        let answer = status.map(HTTPStatus.line) ?? failure ?? "no answer"
        return ForeignText.shown("\(method) \(url)\(whom) → \(answer)")
    }
}
