// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension HTTPResponse {
    /// True for an answer that points elsewhere.
    var isRedirect: Bool { (300..<400).contains(status) }
}

/// The names of the status codes that registries use.
///
/// Source: RFC 9110, section 15.
enum HTTPStatus {
    private static let names = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
        416: "Range Not Satisfiable", 422: "Unprocessable Content", 423: "Locked", 429: "Too Many Requests",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout", 507: "Insufficient Storage",
    ]

    static func line(_ status: Int) -> String {
        names[status].map { "\(status) \($0)" } ?? "\(status)"
    }
}
