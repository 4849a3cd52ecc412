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
    /// nil when no answer came.
    package var status: Int?
    package var responseHeaders: [Field]
    package var responseBody: String?
    /// Why no answer came, or why it broke off before its end.
    package var failure: String?
    /// When it was sent, since the case began; nil where nobody has looked at a clock, as in older reports.
    package var startMicroseconds: Int?
    /// Until the answer was there, or its failure.
    package var durationMicroseconds: Int?

    init(_ exchange: Exchange) {
        let response = exchange.response
        self.init(exchange.request, exchange.role)
        status = response.status
        responseHeaders = Redaction.fields(response.headers)
        responseBody = Redaction.text(response.body, type: response.headers["Content-Type"])
        set(exchange.time)
    }

    init(_ request: HTTPRequest, _ error: TransportError, _ role: Role, _ time: ExchangeTime?) {
        self.init(request, role)
        failure = error.reason
        set(time)
        guard let partial = error.partial else { return }
        status = partial.status
        responseHeaders = Redaction.fields(partial.headers)
        responseBody = Redaction.text(partial.body, type: partial.headers["Content-Type"])
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

    private mutating func set(_ time: ExchangeTime?) {
        startMicroseconds = time?.start.microseconds
        durationMicroseconds = time?.duration.microseconds
    }

    /// For people: `12.4 ms, took 3.1 ms`; nil without times.
    package var clause: String? {
        guard let startMicroseconds, let durationMicroseconds else { return nil }
        return "\(ExchangeRecord.milliseconds(startMicroseconds)), "
            + "took \(ExchangeRecord.milliseconds(durationMicroseconds))"
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        "\(microseconds / 1000).\(microseconds / 100 % 10) ms"
    }

    /// For people: `PUT /v2/x/manifests/v1 as reader → 403 Forbidden`.
    package var line: String {
        let whom = role.map { " as \($0.rawValue)" } ?? ""
        let answer = [status.map(HTTPStatus.line), failure].compactMap(\.self).joined(separator: ", ")
        return ForeignText.shown("\(method) \(url)\(whom) → \(answer.isEmpty ? "no answer" : answer)")
    }
}
