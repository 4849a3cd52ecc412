// SPDX-License-Identifier: Apache-2.0

/// A parsed regular expression.
indirect enum RegexNode: Hashable, Sendable {
    case empty
    case scalar(ScalarClass)
    case assertion(RegexAssertion)
    /// `number` counts capturing groups from 1; nil for `(?:…)`.
    case group(RegexNode, number: Int?)
    case sequence([RegexNode])
    /// The first one that leads to a match counts.
    case choice([RegexNode])
    case repetition(RegexNode, count: RegexRepetition)
}

/// How often something comes.
struct RegexRepetition: Hashable, Sendable {
    let minimum: Int
    /// Nil for any number.
    let maximum: Int?
    /// Whether more is tried before less.
    var isGreedy: Bool
}

/// What must be true of a place between two characters.
enum RegexAssertion: Hashable, Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    func holds(at position: Int, in text: [UnicodeScalar]) -> Bool {
        switch self {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordBoundary: isBoundary(position, in: text)
        case .noWordBoundary: !isBoundary(position, in: text)
        }
    }

    private func isBoundary(_ position: Int, in text: [UnicodeScalar]) -> Bool {
        let before = position > 0 && ScalarClass.word.contains(text[position - 1])
        let after = position < text.count && ScalarClass.word.contains(text[position])
        return before != after
    }
}
