// SPDX-License-Identifier: Apache-2.0

/// Makes sure that every reader finds the same in a JSON text.
///
/// Foundation's decoder also takes UTF-16, a byte order mark, repeated member names, and slips in members that
/// nobody asks for. Others refuse such a text or read something else in it, so what is named by its digest and
/// kept for ever must be free of them.
///
/// Source: RFC 8259, sections 2 to 8; RFC 7493 (I-JSON), sections 2.1 and 2.3.
struct InteroperableJSON {
    /// Arrays and objects inside one another.
    static let depthLimit = 128

    private let bytes: [UInt8]
    private var position = 0

    private struct Fault: Error {
        let reason: String
    }

    /// - Throws: ``InvalidValue`` with `noun` and the byte where the text goes wrong.
    static func check(_ bytes: [UInt8], noun: String) throws(InvalidValue) {
        var scanner = InteroperableJSON(bytes: bytes)
        do {
            try scanner.document()
        } catch {
            let start = String(decoding: bytes.prefix(80), as: UTF8.self)
            throw InvalidValue(noun, start, "\(error.reason) at byte \(scanner.position)")
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func document() throws(Fault) {
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw Fault(reason: "a byte order mark") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Fault(reason: "it is not UTF-8") }
        try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw notJSON }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var notJSON: Fault { Fault(reason: "it is not JSON") }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { position += 1 }
    }

    private mutating func value(depth: Int) throws(Fault) {
        guard depth <= InteroperableJSON.depthLimit else { throw Fault(reason: "it is nested too deeply") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int) throws(Fault) {
        position += 1
        skipBlanks()
        if take("}") { return }
        var names: Set<[UInt8]> = []
        repeat {
            skipBlanks()
            let start = position
            let name = try string()
            guard names.insert(name).inserted else {
                position = start
                let shown = String(decoding: name.prefix(80), as: UTF8.self)
                throw Fault(reason: "the member \"\(shown)\" is there twice")
            }
            skipBlanks()
            guard take(":") else { throw notJSON }
            try value(depth: depth + 1)
            skipBlanks()
        } while take(",")
        guard take("}") else { throw notJSON }
    }

    private mutating func array(depth: Int) throws(Fault) {
        position += 1
        skipBlanks()
        if take("]") { return }
        repeat {
            try value(depth: depth + 1)
            skipBlanks()
        } while take(",")
        guard take("]") else { throw notJSON }
    }

    /// Reads a string.
    ///
    /// - Returns: What it says in UTF-8; a surrogate without its other half becomes U+FFFD.
    private mutating func string() throws(Fault) -> [UInt8] {
        guard take("\"") else { throw notJSON }
        var text: [UInt8] = []
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): text += try escapes()
            default: text.append(byte)
            }
        }
        throw notJSON
    }

    /// Reads what follows a backslash, and the escapes that follow it at once: surrogates come in pairs.
    private mutating func escapes() throws(Fault) -> [UInt8] {
        var units: [UInt16] = []
        repeat {
            guard let sign = next else { throw notJSON }
            position += 1
            switch sign {
            case UInt8(ascii: "u"): units.append(try hexadecimal())
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(UInt16(sign))
            default: throw notJSON
            }
        } while take("\\")
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func hexadecimal() throws(Fault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw notJSON
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func word(_ word: StaticString) throws(Fault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[index] else { throw notJSON }
            position += 1
        }
    }

    private mutating func number() throws(Fault) {
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        let start = position
        while let next, (0x30...0x39).contains(next) { position += 1 }
        guard position > start else { throw notJSON }
    }
}
