// SPDX-License-Identifier: Apache-2.0

/// The same text in other letters.
enum LetterCaseFunction: String, TemplateFunctionGroup {
    case upper, lower, title, untitle, swapcase, snakecase, kebabcase, camelcase

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let text = try arguments.text(0)
        switch self {
        case .upper: return .text(text.uppercased())
        case .lower: return .text(text.lowercased())
        case .title: return .text(firstLetters(of: text) { $0.uppercased() })
        case .untitle: return .text(firstLetters(of: text) { $0.lowercased() })
        case .swapcase: return .text(text.map { $0.isUppercase ? $0.lowercased() : $0.uppercased() }.joined())
        case .snakecase: return .text(words(of: text).map { $0.lowercased() }.joined(separator: "_"))
        case .kebabcase: return .text(words(of: text).map { $0.lowercased() }.joined(separator: "-"))
        case .camelcase: return .text(words(of: text).map(capitalised).joined())
        }
    }

    private func firstLetters(of text: String, _ change: (Character) -> String) -> String {
        var startsWord = true
        var result = ""
        for character in text {
            result += startsWord ? change(character) : String(character)
            startsWord = character.isWhitespace
        }
        return result
    }

    private func capitalised(_ word: String) -> String {
        word.prefix(1).uppercased() + word.dropFirst()
    }

    /// Words end at `_`, `-`, white space, and where a capital follows a small letter.
    private func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            let isBreak = character == "_" || character == "-" || character.isWhitespace
            if isBreak || (character.isUppercase && word.last?.isUppercase == false) {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if !isBreak { word.append(character) }
        }
        return word.isEmpty ? words : words + [word]
    }
}
