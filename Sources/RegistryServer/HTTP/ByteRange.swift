// SPDX-License-Identifier: Apache-2.0

/// Which part of a content a `Range` header asks for.
enum ByteRange: Hashable, Sendable {
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    /// Reads `bytes=A-B`, `bytes=A-` or `bytes=-COUNT`.
    ///
    /// A header that is malformed, of another unit, or for several ranges asks for the whole, as RFC 9110
    /// section 14.2 allows.
    init(_ header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let bounds = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        let isNumber = { (text: Substring) in text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard bounds.count == 2, bounds.allSatisfy(isNumber) else {
            self = .whole
            return
        }
        switch (Int64(bounds[0]), Int64(bounds[1])) {
        case (let first?, let last?) where first > last: self = .whole
        case (let first?, let last):
            guard first < size else {
                self = .unsatisfiable
                return
            }
            self = .part(first..<min(last ?? size - 1, size - 1) + 1)
        case (nil, let count?) where bounds[0].isEmpty:
            self = count == 0 || size == 0 ? .unsatisfiable : .part(max(size - count, 0)..<size)
        default: self = .whole
        }
    }
}
