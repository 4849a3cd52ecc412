// SPDX-License-Identifier: Apache-2.0

extension HTTPResponse {
    /// The first byte that a 206 carries: F of `Content-Range: bytes F-L/SIZE`.
    ///
    /// Source: RFC 9110 section 14.4.
    package var contentRangeStart: Int64? {
        guard let value = headers["Content-Range"], value.lowercased().hasPrefix("bytes ") else { return nil }
        let first = value.dropFirst("bytes ".count).drop { $0 == " " }.prefix { $0 != "-" }
        return Int64(first)
    }
}

extension HTTPRequest {
    /// The first byte that is asked for: F of `Range: bytes=F-`; nil when all is asked for.
    package var rangeStart: Int64? {
        guard let value = headers["Range"], value.hasPrefix("bytes=") else { return nil }
        return Int64(value.dropFirst("bytes=".count).prefix { $0 != "-" })
    }
}
