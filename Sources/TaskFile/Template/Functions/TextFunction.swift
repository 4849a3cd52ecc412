// SPDX-License-Identifier: Apache-2.0

/// Texts out of texts.
enum TextFunction: String, TemplateFunctionGroup {
    case trim, trimAll, trimPrefix, trimSuffix, trunc, substr, nospace
    case replace, contains, hasPrefix, hasSuffix, `repeat`, cat, plural, abbrev, initials
    case indent, nindent, quote, squote, toString

    var arity: ClosedRange<Int> {
        switch self {
        case .trim, .nospace, .initials, .toString: 1...1
        case .trimAll, .trimPrefix, .trimSuffix, .trunc, .contains, .hasPrefix, .hasSuffix, .repeat, .abbrev,
            .indent, .nindent:
            2...2
        case .substr, .replace, .plural: 3...3
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

    private func rewritten(_ arguments: TemplateArguments) throws(TemplateProblem) -> String {
        let text = try arguments.text(arguments.count - 1)
        switch self {
        case .replace:
            return text.replacing(try arguments.text(0), with: try arguments.text(1))
        case .repeat:
            let count = try arguments.size(0)
            guard count == 0 || text.utf8.count <= (16 << 20) / count else {
                throw arguments.problem("the text gets too long")
            }
            return String(repeating: text, count: count)
        case .initials:
            return text.split(whereSeparator: \.isWhitespace).compactMap(\.first).map(String.init).joined()
        default:
            let margin = String(repeating: " ", count: min(try arguments.size(0), 1000))
            let indented = margin + text.replacing("\n", with: "\n" + margin)
            return self == .nindent ? "\n" + indented : indented
        }
    }
}

extension UInt {
    fileprivate var clamped: Int { Int(clamping: self) }
}
