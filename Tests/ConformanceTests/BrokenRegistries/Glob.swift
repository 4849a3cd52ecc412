// SPDX-License-Identifier: Apache-2.0

/// The pattern grammar, in the simplest way that is right; and the ways in which others get it wrong.
struct Glob: Sendable {
    /// `*` matches `/`, too.
    var starCrossesSlash = false
    /// `**` matches no `/` after its own.
    var doubleStarIsShallow = false
    /// `.` matches any character.
    var dotIsAny = false
    var keepsBlanks = false
    var foldsCase = false
    /// A star takes as little as it can, and never more when the rest does not follow.
    var starIsHasty = false
    /// Patterns with more stars match nothing.
    var starLimit = Int.max

    func matches(_ pattern: String, _ text: String) -> Bool {
        guard pattern.count(where: { $0 == "*" }) <= starLimit else { return false }
        let (pattern, text) = foldsCase ? (pattern.lowercased(), text.lowercased()) : (pattern, text)
        return words(Array(pattern)).contains { match($0[...], Array(text)[...]) }
    }

    /// False for what nobody can read.
    static func isValid(_ pattern: String) -> Bool {
        !pattern.isEmpty
            && pattern.count(where: { $0 == "{" }) == pattern.count(where: { $0 == "}" })
    }

    /// One pattern for each way through the braces; they do not nest.
    private func words(_ pattern: [Character]) -> [[Character]] {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return [pattern]
        }
        return pattern[(open + 1)..<close].split(separator: ",", omittingEmptySubsequences: false)
            .flatMap { option in
                let word = keepsBlanks ? Array(option) : option.filter { $0 != " " }
                return words(pattern[..<open] + word + pattern[(close + 1)...])
            }
    }

    private func match(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*", rest.first == "*" {
            return run(text, rest.dropFirst()) { !doubleStarIsShallow || $0 != "/" }
        }
        if first == "*" { return run(text, rest) { starCrossesSlash || $0 != "/" } }
        guard let character = text.first else { return false }
        let isSame =
            first == character || (first == "?" && character != "/") || (first == "." && dotIsAny)
        return isSame && match(rest, text.dropFirst())
    }

    /// Tries the rest of a pattern after every run of allowed characters; the last star decides alone, so that many
    /// of them cost no more than one.
    private func run(
        _ text: ArraySlice<Character>, _ rest: ArraySlice<Character>, _ allows: (Character) -> Bool
    ) -> Bool {
        var text = text
        let next = rest.prefix { $0 != "*" }
        if starIsHasty, let first = next.first, first != "?" {
            text = text.drop { $0 != first && allows($0) }
            return match(rest, text)
        }
        if next.count < rest.count, !next.contains("?"), !next.isEmpty {
            // What stands up to the next star is best taken where it comes first.
            while true {
                if match(next, text.prefix(next.count)) { return match(rest, text) }
                guard let first = text.first, allows(first) else { return false }
                text = text.dropFirst()
            }
        }
        while true {
            if match(rest, text) { return true }
            guard let first = text.first, allows(first) else { return false }
            text = text.dropFirst()
        }
    }
}
