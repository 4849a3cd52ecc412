// SPDX-License-Identifier: Apache-2.0

/// Texts out of texts.
enum TextFunction: String, TemplateFunctionGroup {
    case trim, trimAll, trimPrefix, trimSuffix, trunc, substr, nospace
    case replace, contains, hasPrefix, hasSuffix, `repeat`, cat, plural, abbrev, initials
    case indent, nindent, wrap, wrapWith, quote, squote, toString

    var arity: ClosedRange<Int> {
        switch self {
        case .trim, .nospace, .initials, .toString: 1...1
        case .trimAll, .trimPrefix, .trimSuffix, .trunc, .contains, .hasPrefix, .hasSuffix, .repeat, .abbrev,
            .indent, .nindent, .wrap:
            2...2
        case .substr, .replace, .plural, .wrapWith: 3...3
        case .cat, .quote, .squote: 0...Int.max
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .cat: return .text(present(arguments).joined(separator: " "))
        case .quote:
            return .text(
                present(arguments).map { JSONText.quoted($0, escapesHTML: false) }.joined(separator: " "))
        case .squote: return .text(present(arguments).map { "'\($0)'" }.joined(separator: " "))
        case .toString: return .text(arguments[0].printed)
        case .plural:
            return .text(try arguments.text(arguments.integer(2) == 1 ? 0 : 1))
        case .contains, .hasPrefix, .hasSuffix:
            return .boolean(try test(part: arguments.text(0), in: arguments.text(1)))
        case .trim, .trimAll, .trimPrefix, .trimSuffix, .nospace: return .text(try trimmed(arguments))
        case .trunc, .substr, .abbrev: return .text(try cut(arguments))
        default: return .text(try rewritten(arguments))
        }
    }

    private func present(_ arguments: TemplateArguments) -> [String] {
        arguments.values.filter { $0 != .null }.map(\.printed)
    }

    private func test(part: String, in whole: String) -> Bool {
        let (part, whole) = (Array(part.utf8), Array(whole.utf8))
        switch self {
        case .hasPrefix: return whole.starts(with: part)
        case .hasSuffix: return whole.reversed().starts(with: part.reversed())
        default:
            guard whole.count >= part.count else { return false }
            return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
        }
    }

    private func trimmed(_ arguments: TemplateArguments) throws(TemplateProblem) -> String {
        let text = try arguments.text(arguments.count - 1)
        switch self {
        case .trim: return text.trimmed
        case .nospace: return text.filter { !$0.isWhitespace }
        case .trimPrefix:
            let part = try arguments.text(0)
            return text.hasPrefix(part) ? String(text.dropFirst(part.count)) : text
        case .trimSuffix:
            let part = try arguments.text(0)
            return text.hasSuffix(part) ? String(text.dropLast(part.count)) : text
        default:
            let unwanted = try arguments.text(0)
            var rest = text[...]
            while let first = rest.first, unwanted.contains(first) { rest.removeFirst() }
            while let last = rest.last, unwanted.contains(last) { rest.removeLast() }
            return String(rest)
        }
    }

    private func cut(_ arguments: TemplateArguments) throws(TemplateProblem) -> String {
        let text = try arguments.text(arguments.count - 1)
        let first = arguments.integer(0)
        switch self {
        case .trunc:
            return first < 0 ? String(text.suffix(first.magnitude.clamped)) : String(text.prefix(first))
        case .substr:
            let end = arguments.integer(1)
            let start = max(0, first)
            let upTo = end < 0 ? text[...] : text.prefix(end)
            return String(upTo.dropFirst(start))
        default:
            guard first >= 4, text.count > first else { return text }
            return text.prefix(first - 3) + "..."
        }
    }

    /// An empty `old` stands between all characters, as in Go.
    private func replaced(
        _ text: String, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> String {
        let (old, new) = (try arguments.text(0), try arguments.text(1))
        guard !old.isEmpty else {
            try arguments.checkLength(new.utf8.count, times: text.utf8.count + 1)
            return new + text.unicodeScalars.map { String($0) + new }.joined()
        }
        try arguments.checkLength(new.utf8.count, times: text.ranges(of: old).count)
        return text.replacing(old, with: new)
    }

    private func rewritten(_ arguments: TemplateArguments) throws(TemplateProblem) -> String {
        let text = try arguments.text(arguments.count - 1)
        switch self {
        case .replace:
            return try replaced(text, arguments)
        case .repeat:
            let count = try arguments.size(0)
            try arguments.checkLength(text.utf8.count, times: count)
            return String(repeating: text, count: count)
        case .wrap: return wrapped(text, width: arguments.integer(0), separator: "\n", breaksWords: false)
        case .wrapWith:
            let separator = try arguments.text(1)
            try arguments.checkLength(separator.utf8.count, times: text.utf8.count)
            return wrapped(text, width: arguments.integer(0), separator: separator, breaksWords: true)
        case .initials:
            return text.split(whereSeparator: \.isWhitespace).compactMap(\.first).map(String.init).joined()
        default:
            let margin = String(repeating: " ", count: min(try arguments.size(0), 1000))
            try arguments.checkLength(margin.utf8.count, times: text.utf8.count { $0 == 10 } + 1)
            let indented = margin + text.replacing("\n", with: "\n" + margin)
            return self == .nindent ? "\n" + indented : indented
        }
    }
}

extension TextFunction {
    /// Lines of at most `width` characters, broken at blanks.
    ///
    /// A longer word has a line of its own, or is broken.
    fileprivate func wrapped(_ text: String, width: Int, separator: String, breaksWords: Bool) -> String {
        let width = max(1, width)
        var lines: [String] = []
        var line = ""
        var lineLength = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = word
            if lineLength > 0 || !lines.isEmpty || !line.isEmpty {
                if lineLength + 1 + word.count <= width {
                    line += " " + word
                    lineLength += 1 + word.count
                    continue
                }
                lines.append(line)
            }
            while breaksWords, word.count > width {
                lines.append(String(word.prefix(width)))
                word = word.dropFirst(width)
            }
            line = String(word)
            lineLength = word.count
        }
        return (lines + [line]).joined(separator: separator)
    }
}

extension UInt {
    fileprivate var clamped: Int { Int(clamping: self) }
}
