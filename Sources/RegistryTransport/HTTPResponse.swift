// SPDX-License-Identifier: Apache-2.0

/// The head of an answer, and its body when it was asked for in memory.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    /// The body, or its first bytes up to the limit of ``ResponseBody/memory(limitBytes:)``; empty when it went
    /// into a sink.
    package var body: [UInt8]
    /// True when the body had more bytes than the limit; the rest was not read.
    package var isTruncated: Bool

    package init(
        status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], isTruncated: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
    }

    /// 200 to 299.
    package var isSuccess: Bool { (200..<300).contains(status) }
}
