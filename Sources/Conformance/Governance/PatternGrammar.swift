// SPDX-License-Identifier: Apache-2.0

/// What the grammar of patterns says, by a matcher of the suite's own: no registry's is used to judge one.
///
/// `*` matches any run of characters without `/`, `**` any run, `?` one character that is not `/`, `{a, b}` one of
/// the options, blanks around them trimmed; everything else stands for itself. Braces do not nest.
package enum PatternGrammar {
    private enum Token: Equatable {
        case character(Character)
        /// `?`
        case one
        /// `*`
        case run
        /// `**`
        case deepRun

        func takes(_ character: Character) -> Bool {
            switch self {
            case .character(let own): own == character
            case .one, .run: character != "/"
            case .deepRun: true
            }
        }

        var isRun: Bool { self == .run || self == .deepRun }
    }

    package static func matches(_ pattern: String, _ text: String) -> Bool {
        words(pattern[...]).contains { matches(tokens($0), text) }
    }

    /// Follows all ways through the pattern at once: `reached` has the tokens that the text so far has passed.
    private static func matches(_ tokens: [Token], _ text: String) -> Bool {
        var reached = skippingRuns([0], tokens)
        for character in text {
            var next: Set<Int> = []
            for index in reached where index < tokens.count && tokens[index].takes(character) {
                next.insert(tokens[index].isRun ? index : index + 1)
            }
            reached = skippingRuns(next, tokens)
        }
        return reached.contains(tokens.count)
    }

    /// A run may be empty.
    private static func skippingRuns(_ indices: Set<Int>, _ tokens: [Token]) -> Set<Int> {
        var all = indices
        for var index in indices {
            while index < tokens.count, tokens[index].isRun {
                index += 1
                all.insert(index)
            }
        }
        return all
    }

    private static func tokens(_ word: String) -> [Token] {
        var tokens: [Token] = []
        for character in word {
            switch character {
            case "*" where tokens.last == .run: tokens[tokens.count - 1] = .deepRun
            case "*": tokens.append(.run)
            case "?": tokens.append(.one)
            default: tokens.append(.character(character))
            }
        }
        return tokens
    }

    /// One pattern without braces for each way through them.
    private static func words(_ pattern: Substring) -> [String] {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return [String(pattern)]
        }
        let ends = words(pattern[pattern.index(after: close)...])
        let options = pattern[pattern.index(after: open)..<close].split(
            separator: ",", omittingEmptySubsequences: false)
        return options.flatMap { option in
            ends.map { pattern[..<open] + option.trimming(" ") + $0 }.map { String($0) }
        }
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        let start = drop { $0 == character }
        guard let last = start.lastIndex(where: { $0 != character }) else { return "" }
        return start[...last]
    }
}
