// SPDX-License-Identifier: Apache-2.0

/// A regular expression of RE2's syntax, and what can be done with it.
struct RegularExpression: Sendable {
    private let program: RegexProgram

    init(_ text: String) throws(RegexProblem) {
        program = try RegexProgram(text)
    }

    /// A match: where it lies, and its groups.
    struct Match {
        let slots: [Int]

        var range: Range<Int> { slots[0]..<slots[1] }

        /// - Returns: nil for a group that took no part.
        func group(_ number: Int) -> Range<Int>? {
            guard slots.indices.contains(2 * number + 1), slots[2 * number] >= 0 else { return nil }
            return slots[2 * number]..<slots[2 * number + 1]
        }
    }

    /// The matches that do not overlap, from left to right; at most `limit` of them when it is not negative.
    ///
    /// An empty match right behind another does not count.
    func matches(in text: [UnicodeScalar], limit: Int = -1) throws(RegexProblem) -> [Match] {
        var machine = RegexMachine(program, text: text)
        var found: [Match] = []
        var position = 0
        var previousEnd = -1
        while position <= text.count, limit < 0 || found.count < limit,
            let slots = try machine.match(from: position)
        {
            let match = Match(slots: slots)
            let isRepeated = match.range.isEmpty && match.range.lowerBound == previousEnd
            position = match.range.upperBound > position ? match.range.upperBound : position + 1
            previousEnd = match.range.upperBound
            if !isRepeated { found.append(match) }
        }
        return found
    }

    /// The text with every match replaced by what `replacement` gives for it.
    func replaced(
        in text: [UnicodeScalar], by replacement: (Match) -> String
    ) throws(RegexProblem) -> String {
        var result = String.UnicodeScalarView()
        var end = 0
        for match in try matches(in: text) {
            result.append(contentsOf: text[end..<match.range.lowerBound])
            result.append(contentsOf: replacement(match).unicodeScalars)
            end = match.range.upperBound
        }
        result.append(contentsOf: text[end...])
        return String(result)
    }

    /// What stands between the matches, in at most `limit` pieces when it is not negative.
    ///
    /// Source: the documentation of Go's `Regexp.Split`.
    func split(_ text: [UnicodeScalar], limit: Int) throws(RegexProblem) -> [String] {
        guard limit != 0 else { return [] }
        guard !text.isEmpty else { return [""] }
        var pieces: [String] = []
        var start = 0
        var end = 0
        for match in try matches(in: text, limit: limit) {
            if limit > 0, pieces.count == limit - 1 { break }
            end = match.range.lowerBound
            if match.range.upperBound != 0 { pieces.append(Self.string(text[start..<end])) }
            start = match.range.upperBound
        }
        if end != text.count { pieces.append(Self.string(text[start...])) }
        return pieces
    }

    /// `$1`, `${1}`, `$name` and `${name}` in a replacement stand for groups, `$$` for `$`.
    func expand(_ replacement: String, _ match: Match, in text: [UnicodeScalar]) -> String {
        var result = ""
        var rest = replacement[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                rest.removeFirst()
                result += "$"
                continue
            }
            guard let name = Self.takeName(from: &rest) else {
                result += "$"
                continue
            }
            let number = Int(name) ?? program.groupNames.firstIndex(of: name).map { $0 + 1 }
            if let range = number.flatMap(match.group) { result += Self.string(text[range]) }
        }
        return result + rest
    }

    private static func takeName(from rest: inout Substring) -> String? {
        let isBraced = rest.first == "{"
        let body = rest.dropFirst(isBraced ? 1 : 0)
        let name = body.prefix { $0.unicodeScalars.allSatisfy(ScalarClass.word.contains) }
        let behind = body.dropFirst(name.count)
        guard !name.isEmpty, !isBraced || behind.first == "}" else { return nil }
        rest = isBraced ? behind.dropFirst() : behind
        return String(name)
    }

    static func string(_ scalars: ArraySlice<UnicodeScalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    /// Every character of ASCII that means something is escaped.
    static func quoted(_ text: String) -> String {
        text.map { "\\.+*?()|[]{}^$".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
