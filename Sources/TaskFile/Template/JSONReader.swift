// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON value, and nothing but JSON.
///
/// Source: RFC 8259.
struct JSONReader {
    private static let nestingLimit = 64

    struct Problem: Error {
        /// One lower-case clause.
        let message: String
    }

    private let scalars: [UnicodeScalar]
    private var position = 0
    private var nesting = 0

    static func read(_ text: String) throws(Problem) -> TemplateValue {
        var reader = JSONReader(scalars: Array(text.unicodeScalars))
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == reader.scalars.count else {
            throw reader.problem("something follows the value")
        }
        return value
    }

    private init(scalars: [UnicodeScalar]) {
        self.scalars = scalars
    }

    private var next: UnicodeScalar? { position < scalars.count ? scalars[position] : nil }

    private func problem(_ message: String) -> Problem {
        Problem(message: "\(message), at character \(position + 1)")
    }

    private mutating func skipSpace() {
        while let next, " \t\r\n".unicodeScalars.contains(next) { position += 1 }
    }

    private mutating func take(_ scalar: UnicodeScalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(Problem) -> TemplateValue {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else { throw problem("values are nested too deep") }
        skipSpace()
        switch next {
        case "{": return .map(try members())
        case "[": return .list(try items())
        case "\"": return .text(try text())
        default: return try word()
        }
    }

    private mutating func members() throws(Problem) -> [String: TemplateValue] {
        position += 1
        var members: [String: TemplateValue] = [:]
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            guard next == "\"" else { throw problem("a name in quotes is missing") }
            let name = try text()
            skipSpace()
            guard take(":") else { throw problem("\":\" is missing") }
            members[name] = try value()
            skipSpace()
        } while take(",")
        guard take("}") else { throw problem("\"}\" is missing") }
        return members
    }

    private mutating func items() throws(Problem) -> [TemplateValue] {
        position += 1
        var items: [TemplateValue] = []
        skipSpace()
        if take("]") { return items }
        repeat {
            items.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw problem("\"]\" is missing") }
        return items
    }

    private mutating func word() throws(Problem) -> TemplateValue {
        let start = position
        while let next, AliasTable.isNameScalar(next) || "+-.".unicodeScalars.contains(next) { position += 1 }
        let word = String(String.UnicodeScalarView(scalars[start..<position]))
        switch word {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        let digits = word.drop { $0 == "-" }
        let isNumber =
            digits.first?.isNumber == true
            && (digits.first != "0" || digits.dropFirst().first?.isNumber != true)
            && word.count - digits.count < 2 && !word.hasSuffix(".") && !digits.contains("x")
        if isNumber, let integer = Int(word) { return .integer(integer) }
        if isNumber, let number = Double(word), number.isFinite { return .number(number) }
        position = start
        throw problem(word.isEmpty ? "a value is missing" : "\"\(word)\" is no JSON value")
    }

    private mutating func text() throws(Problem) -> String {
        position += 1
        var units: [UInt16] = []
        while let scalar = next, scalar != "\"" {
            guard scalar.value >= 0x20 else { throw problem("a control character in a text must be escaped") }
            position += 1
            if scalar == "\\" {
                units.append(try escape())
            } else {
                units += Array(String(scalar).utf16)
            }
        }
        guard take("\"") else { throw problem("a text is never closed") }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func escape() throws(Problem) -> UInt16 {
        guard let letter = next else { throw problem("a text is never closed") }
        position += 1
        let simple: [UnicodeScalar: UInt16] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
        ]
        if let unit = simple[letter] { return unit }
        guard letter == "u", position + 4 <= scalars.count,
            let unit = UInt16(String(String.UnicodeScalarView(scalars[position..<(position + 4)])), radix: 16)
        else { throw problem("this is no escape sequence") }
        position += 4
        return unit
    }
}
