// SPDX-License-Identifier: Apache-2.0

/// Chance, drawn from the seed of the run: both renderings of a text draw the same.
enum RandomFunction: String, TemplateFunctionGroup {
    case uuidv4, randAlpha, randAlphaNum, randNumeric, randAscii, shuffle

    var arity: ClosedRange<Int> { self == .uuidv4 ? 0...0 : 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        var chance = arguments.context.chance(forCall: arguments.callNumber)
        switch self {
        case .uuidv4: return .text(Self.uuid(&chance))
        case .shuffle: return .text(String(try arguments.text(0).shuffled(using: &chance)))
        case .randAlpha, .randAlphaNum, .randNumeric, .randAscii:
            let letters = Array(alphabet)
            let count = try arguments.size(0)
            return .text(
                String((0..<count).map { _ in letters[Int.random(in: letters.indices, using: &chance)] }))
        }
    }

    private var alphabet: String {
        let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let letters = capitals + capitals.lowercased()
        return switch self {
        case .randAlpha: letters
        case .randNumeric: "0123456789"
        case .randAscii: String(String.UnicodeScalarView((32...126).compactMap { UnicodeScalar($0) }))
        default: letters + "0123456789"
        }
    }

    /// Source: RFC 9562, section 5.4.
    private static func uuid(_ chance: inout TemplateChance) -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &chance) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
            .map { $0.joined() }.joined(separator: "-")
    }
}
