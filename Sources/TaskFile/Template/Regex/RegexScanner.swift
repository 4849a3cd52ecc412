// SPDX-License-Identifier: Apache-2.0

/// Takes a regular expression apart from left to right.
struct RegexScanner {
    private let scalars: [UnicodeScalar]
    private var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    var isAtEnd: Bool { position >= scalars.count }
    var next: UnicodeScalar? { isAtEnd ? nil : scalars[position] }

    mutating func skip() {
        position += 1
    }

    mutating func pop() -> UnicodeScalar? {
        guard let next else { return nil }
        position += 1
        return next
    }

    mutating func take(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    /// Everything up to `end`, or to the end of the text.
    mutating func takeUntil(_ end: String) -> [UnicodeScalar] {
        var taken: [UnicodeScalar] = []
        while !take(end), let scalar = pop() { taken.append(scalar) }
        return taken
    }

    mutating func takeGroupName() throws(RegexProblem) -> String {
        let name = String(String.UnicodeScalarView(takeUntil(">")))
        guard !name.isEmpty, name.unicodeScalars.allSatisfy(ScalarClass.word.contains) else {
            throw RegexProblem(message: "\"\(name)\" is no name of a group: letters, digits and _")
        }
        return name
    }

    // MARK: Repetition

    /// `*`, `+`, `?`, `{2}`, `{2,}`, `{2,3}`; a brace that is none of these is a character.
    mutating func takeRepetition(limit: Int) throws(RegexProblem) -> RegexRepetition? {
        if take("*") { return RegexRepetition(minimum: 0, maximum: nil, isGreedy: true) }
        if take("+") { return RegexRepetition(minimum: 1, maximum: nil, isGreedy: true) }
        if take("?") { return RegexRepetition(minimum: 0, maximum: 1, isGreedy: true) }
        let start = position
        guard take("{"), let minimum = takeNumber() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = takeNumber() }
        guard take("}") else {
            position = start
            return nil
        }
        guard minimum <= limit, maximum ?? 0 <= limit, minimum <= maximum ?? limit else {
            throw RegexProblem(message: "a repetition counts from 0 to \(limit), the smaller number first")
        }
        return RegexRepetition(minimum: minimum, maximum: maximum, isGreedy: true)
    }

    private mutating func takeNumber() -> Int? {
        var digits = ""
        while let next, ("0"..."9").contains(next), digits.utf8.count < 9 {
            digits.unicodeScalars.append(next)
            position += 1
        }
        return Int(digits)
    }

    // MARK: Escapes

    /// `d`, `pL`, `p{Lu}`, … behind a backslash; nil when it is none of these.
    mutating func takeClassEscape() throws(RegexProblem) -> ScalarClass.Item? {
        guard let letter = next else { return nil }
        if let item = ScalarClass.escape(letter) {
            position += 1
            return item
        }
        guard letter == "p" || letter == "P" else { return nil }
        position += 1
        var name = String(String.UnicodeScalarView(take("{") ? takeUntil("}") : pop().map { [$0] } ?? []))
        let isOpposite = name.hasPrefix("^")
        if isOpposite { name.removeFirst() }
        guard let item = ScalarClass.categories(name) else {
            throw RegexProblem(
                message: "\\p{\(name)} is not known: only general categories are, such as \\pL and \\p{Nd}")
        }
        return isOpposite != (letter == "P") ? .not([item]) : item
    }

    /// The one character that stands behind a backslash.
    mutating func takeScalarEscape() throws(RegexProblem) -> UnicodeScalar {
        guard let letter = pop() else {
            throw RegexProblem(message: "a backslash at the end escapes nothing")
        }
        let named: [UnicodeScalar: UnicodeScalar] = [
            "a": "\u{7}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{B}",
        ]
        if let scalar = named[letter] { return scalar }
        if letter == "x" { return try takeHexadecimal() }
        if ("0"..."7").contains(letter) { return try takeOctal(after: letter) }
        let isWord = ScalarClass.word.contains(letter)
        guard letter.isASCII, !isWord else {
            throw RegexProblem(message: "\"\\\(letter)\" is no escape sequence")
        }
        return letter
    }

    private mutating func takeHexadecimal() throws(RegexProblem) -> UnicodeScalar {
        var digits: [UnicodeScalar] = []
        if take("{") {
            digits = takeUntil("}")
        } else {
            while digits.count < 2, let scalar = pop() { digits.append(scalar) }
        }
        let text = String(String.UnicodeScalarView(digits))
        guard let value = UInt32(text, radix: 16), let scalar = UnicodeScalar(value) else {
            throw RegexProblem(message: "\"\\x\(text)\" is no escape sequence")
        }
        return scalar
    }

    /// Back-references would look the same: a digit above 0 needs another octal one behind it.
    private mutating func takeOctal(after first: UnicodeScalar) throws(RegexProblem) -> UnicodeScalar {
        var value = first.value - 48
        var count = 1
        while count < 3, let next, ("0"..."7").contains(next) {
            value = value * 8 + next.value - 48
            count += 1
            position += 1
        }
        guard first == "0" || count > 1, let scalar = UnicodeScalar(value) else {
            throw RegexProblem(message: "\"\\\(first)\": back-references are no part of this syntax")
        }
        return scalar
    }

    // MARK: Brackets

    /// The rest of `[…]`.
    mutating func takeBracket() throws(RegexProblem) -> ScalarClass {
        var set = ScalarClass([])
        set.isNegated = take("^")
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            guard !isAtEnd else { throw RegexProblem(message: "a bracket is never closed") }
            if let items = try takeNamedClass() {
                set.items += items
                continue
            }
            let low = try takeBracketScalar()
            guard case .scalar(let first) = low else {
                if case .item(let item) = low { set.items.append(item) }
                continue
            }
            var last = first
            if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                guard case .scalar(let high) = try takeBracketScalar(), high >= first else {
                    throw RegexProblem(message: "a range in brackets must go upwards, from \"\(first)\"")
                }
                last = high
            }
            set.items.append(.range(first.value...last.value))
        }
        position += 1
        return set
    }

    private enum BracketPart {
        case scalar(UnicodeScalar)
        case item(ScalarClass.Item)
    }

    private mutating func takeBracketScalar() throws(RegexProblem) -> BracketPart {
        guard let scalar = pop() else { throw RegexProblem(message: "a bracket is never closed") }
        guard scalar == "\\" else { return .scalar(scalar) }
        if let item = try takeClassEscape() { return .item(item) }
        return .scalar(try takeScalarEscape())
    }

    /// `[:alpha:]`, `[:^alpha:]`.
    private mutating func takeNamedClass() throws(RegexProblem) -> [ScalarClass.Item]? {
        guard take("[:") else { return nil }
        var name = String(String.UnicodeScalarView(takeUntil(":]")))
        let isOpposite = name.hasPrefix("^")
        if isOpposite { name.removeFirst() }
        guard let items = ScalarClass.posix(name) else {
            throw RegexProblem(message: "\"[:\(name):]\" is no class of characters")
        }
        return isOpposite ? [.not(items)] : items
    }
}
