// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// A request and its answer, as they travelled.
struct Exchange: Sendable {
    let request: HTTPRequest
    let response: HTTPResponse
    /// As whom it was sent.
    var role = Role.writer
    /// Why the answer ended before its end; nil when it came whole.
    var cut: String?
    /// nil where nobody has looked at a clock.
    var time: ExchangeTime?

    var status: Int { response.status }

    /// For people: `409 Conflict, DENIED "immutable tag: …"`.
    var summary: String {
        let line = HTTPStatus.line(status) + (cut == nil ? "" : " (cut short)")
        guard let error = ErrorBody(response.body)?.errors.first else { return line }
        return line + ", \(ForeignText.line(error.code))"
            + (error.message.map { " \"\(ForeignText.line($0))\"" } ?? "")
    }
}
