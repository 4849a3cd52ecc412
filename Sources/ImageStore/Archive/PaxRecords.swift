// SPDX-License-Identifier: Apache-2.0

/// What a pax header says of the next entry, as far as it matters where its bytes are.
///
/// Source: pax(1), "pax Extended Header".
struct PaxRecords {
    private(set) var path: String?
    private(set) var linkTarget: String?
    private(set) var size: Int64?

    /// True when nothing in here would change how entries are read.
    var isEmpty: Bool { path == nil && linkTarget == nil && size == nil }

    /// Reads records of the form `LENGTH KEY=VALUE\n`, where the length counts all of the record.
    init(_ bytes: [UInt8]) throws(TarHeader.Fault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1,
                length <= rest.count, rest[rest.startIndex + digits.count] == 0x20
            else { throw TarHeader.Fault("a pax header is malformed") }
            let record = rest.prefix(length)
            rest = rest.dropFirst(length)
            let body = record.dropFirst(digits.count + 1).dropLast()
            guard record.last == 0x0A, let equals = body.firstIndex(of: UInt8(ascii: "=")) else {
                throw TarHeader.Fault("a pax header is malformed")
            }
            try set(
                String(decoding: body[..<equals], as: UTF8.self),
                String(decoding: body[(equals + 1)...], as: UTF8.self))
        }
    }

    private mutating func set(_ key: String, _ value: String) throws(TarHeader.Fault) {
        switch key {
        case "path": path = value
        case "linkpath": linkTarget = value
        case "size":
            guard let number = Int64(value), number >= 0 else {
                throw TarHeader.Fault("the size \"\(value)\" in a pax header is no number")
            }
            size = number
        case _ where key.hasPrefix("GNU.sparse"):
            throw TarHeader.Fault("it has a sparse file, which image archives do not")
        default: break
        }
    }
}
