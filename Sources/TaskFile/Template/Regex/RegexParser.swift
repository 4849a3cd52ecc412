// SPDX-License-Identifier: Apache-2.0

/// Why a text is no regular expression.
struct RegexProblem: Error, Hashable {
    /// One lower-case clause.
    let message: String
}

/// A text to a regular expression.
///
/// Source: the syntax of RE2, which Go's regexp takes. Look-around and back-references are no part of it.
struct RegexParser {
    private static let nestingLimit = 200
    private static let repetitionLimit = 1000

    private struct Flags {
        var ignoresCase = false
        var dotMatchesLineFeed = false
        var isMultiline = false
        var isUngreedy = false
    }

    private var scanner: RegexScanner
    private var flags = Flags()
    private var nesting = 0
    /// Of the capturing groups, in the order of their opening parentheses.
    private(set) var groupNames: [String?] = []

    init(_ text: String) {
        scanner = RegexScanner(text)
    }

    mutating func parse() throws(RegexProblem) -> RegexNode {
        let node = try choice()
        guard scanner.isAtEnd else { throw RegexProblem(message: "unexpected \")\"") }
        return node
    }

    private mutating func choice() throws(RegexProblem) -> RegexNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else { throw RegexProblem(message: "groups are nested too deep") }
        var options = [try sequence()]
        while scanner.take("|") { options.append(try sequence()) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() throws(RegexProblem) -> RegexNode {
        var nodes: [RegexNode] = []
        while let next = scanner.next, next != "|", next != ")" {
            if scanner.take("\\Q") {
                nodes += scanner.takeUntil("\\E").map { literal($0) }
                if let last = nodes.popLast() { nodes.append(try repeated(last)) }
                continue
            }
            guard let atom = try atom() else { continue }
            nodes.append(try repeated(atom))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    /// - Returns: nil for flags, which stand for nothing.
    private mutating func atom() throws(RegexProblem) -> RegexNode? {
        guard let scalar = scanner.pop() else { return nil }
        switch scalar {
        case "(": return try group()
        case "[":
            var set = try scanner.takeBracket()
            set.ignoresCase = flags.ignoresCase
            return .scalar(set)
        case ".": return .scalar(flags.dotMatchesLineFeed ? .any : .anyButLineFeed)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw RegexProblem(message: "\"\(scalar)\" has nothing in front of it to repeat")
        case "\\": return try escape()
        default: return literal(scalar)
        }
    }

    private func literal(_ scalar: UnicodeScalar) -> RegexNode {
        var set = ScalarClass(scalar)
        set.ignoresCase = flags.ignoresCase
        return .scalar(set)
    }

    private mutating func escape() throws(RegexProblem) -> RegexNode {
        guard let letter = scanner.next else {
            throw RegexProblem(message: "a backslash at the end escapes nothing")
        }
        let assertions: [UnicodeScalar: RegexAssertion] = [
            "A": .textStart, "z": .textEnd, "b": .wordBoundary, "B": .noWordBoundary,
        ]
        if let assertion = assertions[letter] {
            scanner.skip()
            return .assertion(assertion)
        }
        if let item = try scanner.takeClassEscape() {
            var set = ScalarClass([item])
            set.ignoresCase = flags.ignoresCase
            return .scalar(set)
        }
        return literal(try scanner.takeScalarEscape())
    }

    private mutating func group() throws(RegexProblem) -> RegexNode? {
        let outer = flags
        var number: Int?
        if scanner.take("?P<") || scanner.take("?<") {
            number = try newGroup(named: scanner.takeGroupName())
        } else if scanner.take("?") {
            let closes = try takeFlags()
            if closes { return nil }
        } else {
            number = try newGroup(named: nil)
        }
        let node = try choice()
        flags = outer
        guard scanner.take(")") else { throw RegexProblem(message: "a parenthesis is never closed") }
        return .group(node, number: number)
    }

    private mutating func newGroup(named name: String?) throws(RegexProblem) -> Int {
        if let name, groupNames.contains(name) {
            throw RegexProblem(message: "a second group is called \"\(name)\"")
        }
        groupNames.append(name)
        return groupNames.count
    }

    /// Takes `i`, `m`, `s`, `U` and their opposites behind `(?`.
    ///
    /// - Returns: True for `(?i)`, which sets flags for the rest of the group; false for `(?i:`.
    private mutating func takeFlags() throws(RegexProblem) -> Bool {
        var isOn = true
        while let letter = scanner.pop() {
            switch letter {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesLineFeed = isOn
            case "U": flags.isUngreedy = isOn
            case "-" where isOn: isOn = false
            case ")": return true
            case ":": return false
            case "=", "!", "<":
                throw RegexProblem(message: "look-around is no part of this syntax")
            default: throw RegexProblem(message: "\"\(letter)\" is no flag of a group")
            }
        }
        throw RegexProblem(message: "a parenthesis is never closed")
    }

    private mutating func repeated(_ atom: RegexNode) throws(RegexProblem) -> RegexNode {
        guard var count = try scanner.takeRepetition(limit: Self.repetitionLimit) else { return atom }
        if scanner.take("?") { count.isGreedy = false }
        if flags.isUngreedy { count.isGreedy.toggle() }
        if try scanner.takeRepetition(limit: Self.repetitionLimit) != nil {
            throw RegexProblem(message: "a repetition cannot be repeated without parentheses")
        }
        return .repetition(atom, count: count)
    }
}
