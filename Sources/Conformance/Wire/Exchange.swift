// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// A request and its answer, as they travelled.
struct Exchange: Sendable {
    let request: HTTPRequest
    let response: HTTPResponse

    var status: Int { response.status }

    /// For people: `409 Conflict, DENIED "immutable tag: …"`.
    var summary: String {
        let line = HTTPStatus.line(status)
        guard let error = ErrorBody(response.body)?.errors.first else { return line }
        return line + ", \(error.code)" + (error.message.map { " \"\($0)\"" } ?? "")
    }
}
