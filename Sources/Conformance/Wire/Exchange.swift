// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// A request and its answer, as they travelled.
struct Exchange: Sendable {
    let request: HTTPRequest
    let response: HTTPResponse
    /// As whom it was sent.
    var role = Role.writer

    var status: Int { response.status }

    /// For people: `409 Conflict, DENIED "immutable tag: …"`.
    var summary: String {
        let line = HTTPStatus.line(status)
        guard let error = ErrorBody(response.body)?.errors.first else { return line }
        return line + ", \(ForeignText.line(error.code))"
            + (error.message.map { " \"\(ForeignText.line($0))\"" } ?? "")
    }
}
