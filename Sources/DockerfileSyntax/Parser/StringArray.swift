// SPDX-License-Identifier: Apache-2.0

/// A JSON array of strings, the one piece of JSON that Dockerfiles contain.
struct StringArray {
    let strings: [String]

    /// - Returns: nil when `text` is not exactly one array of strings with blanks around it.
    init?(_ text: String) {
        var reader = Reader(rest: text.unicodeScalars[...])
        guard let strings = reader.array() else { return nil }
        reader.skipBlanks()
        guard reader.rest.isEmpty else { return nil }
        self.strings = strings
    }

    /// True for one JSON array with numbers, `true`, `false`, `null` or arrays in it.
    static func isArrayOfOtherThings(_ text: String) -> Bool {
        var reader = Reader(rest: text.unicodeScalars[...])
        guard StringArray(text) == nil, reader.skipArray(depth: 0) else { return false }
        reader.skipBlanks()
        return reader.rest.isEmpty
    }
}

private struct Reader {
    var rest: Substring.UnicodeScalarView

    mutating func skipBlanks() {
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    mutating func array() -> [String]? {
        guard skip("[") else { return nil }
        if skip("]") { return [] }
        var strings: [String] = []
        repeat {
            guard let string = string() else { return nil }
            strings.append(string)
        } while skip(",")
        return skip("]") ? strings : nil
    }

    /// - Returns: false when there is no array, or one in more than a hundred others.
    mutating func skipArray(depth: Int) -> Bool {
        guard depth < 100, skip("[") else { return false }
        if skip("]") { return true }
        repeat {
            skipBlanks()
            let isRead =
                switch rest.first {
                case "\""?: string() != nil
                case "["?: skipArray(depth: depth + 1)
                default: skipLiteral()
                }
            guard isRead else { return false }
        } while skip(",")
        return skip("]")
    }

    /// A number, `true`, `false` or `null`.
    private mutating func skipLiteral() -> Bool {
        let text = String(String.UnicodeScalarView(rest.prefix { !" \t\r\n,]".unicodeScalars.contains($0) }))
        rest = rest.dropFirst(text.unicodeScalars.count)
        let isNumber = text.last?.isNumber ?? false && !text.hasPrefix("+") && Double(text)?.isFinite ?? false
        return isNumber || ["true", "false", "null"].contains(text)
    }

    mutating func string() -> String? {
        guard skip("\"") else { return nil }
        var result = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(result)
            case "\\":
                guard let escaped = escapedScalar() else { return nil }
                result.append(escaped)
            case _ where scalar.value < 0x20: return nil
            default: result.append(scalar)
            }
        }
        return nil
    }

    /// What stands after a backslash.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        switch rest.popFirst() {
        case "\""?: "\""
        case "\\"?: "\\"
        case "/"?: "/"
        case "b"?: "\u{08}"
        case "f"?: "\u{0C}"
        case "n"?: "\n"
        case "r"?: "\r"
        case "t"?: "\t"
        case "u"?: unicodeEscape()
        default: nil
        }
    }

    /// Half of a pair is U+FFFD, as in Go.
    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let unit = hexUnit() else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        var behind = self
        guard behind.rest.popFirst() == "\\", behind.rest.popFirst() == "u", let trail = behind.hexUnit(),
            UTF16.isTrailSurrogate(trail)
        else { return "\u{FFFD}" }
        self = behind
        return Unicode.Scalar(0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(trail & 0x3FF)))
    }

    private mutating func hexUnit() -> UInt16? {
        let digits = rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
        rest = rest.dropFirst(4)
        return UInt16(String(digits), radix: 16)
    }
}
