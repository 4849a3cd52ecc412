// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Reads a pattern into its parts: each part is a choice between options, each option a row of signs.
struct PatternParser {
    let text: String
    private var parts: [[[PatternToken]]] = []
    /// The options before the current one; nil outside braces.
    private var options: [[PatternToken]]?
    private var option: [PatternToken] = []

    init(text: String) {
        self.text = text
    }

    mutating func parse() throws(InvalidValue) -> [[[PatternToken]]] {
        let scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { throw invalid("it is empty") }
        guard scalars.count <= Pattern.limit else {
            throw invalid("it has more than \(Pattern.limit) characters")
        }
        guard scalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw invalid("it has a control character")
        }
        var index = 0
        while index < scalars.count {
            let isDouble = scalars[index] == "*" && index + 1 < scalars.count && scalars[index + 1] == "*"
            if isDouble { option.append(.deepRun) } else { try take(scalars[index]) }
            index += isDouble ? 2 : 1
        }
        guard options == nil else { throw invalid("\"{\" has no \"}\"") }
        if !option.isEmpty { parts.append([option]) }
        return parts
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(InvalidValue) {
        switch scalar {
        case "{":
            guard options == nil else { throw invalid("braces cannot stand inside braces") }
            if !option.isEmpty { parts.append([option]) }
            (options, option) = ([], [])
        case ",": if options == nil { option.append(.literal(",")) } else { try endOption() }
        case "}":
            guard options != nil else { throw invalid("\"}\" has no \"{\"") }
            try endOption()
            if let options { parts.append(options) }
            options = nil
        case "*": option.append(.run)
        case "?": option.append(.one)
        default: option.append(.literal(scalar))
        }
    }

    private mutating func endOption() throws(InvalidValue) {
        let isBlank = { (token: PatternToken) in token == .literal(" ") }
        let trimmed = option.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !trimmed.isEmpty else { throw invalid("an option between braces is empty") }
        options?.append(Array(trimmed))
        option = []
    }

    private func invalid(_ reason: String) -> InvalidValue { InvalidValue("pattern", text, reason) }
}
