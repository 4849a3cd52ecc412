// SPDX-License-Identifier: Apache-2.0

/// Regular expressions.
enum RegexFunction: String, TemplateFunctionGroup {
    case regexMatch, regexFind, regexFindAll, regexReplaceAll, regexReplaceAllLiteral, regexSplit
    case regexQuoteMeta

    var arity: ClosedRange<Int> {
        switch self {
        case .regexQuoteMeta: 1...1
        case .regexMatch, .regexFind: 2...2
        case .regexFindAll, .regexReplaceAll, .regexReplaceAllLiteral, .regexSplit: 3...3
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        guard self != .regexQuoteMeta else { return .text(RegularExpression.quoted(try arguments.text(0))) }
        let text = Array(try arguments.text(1).unicodeScalars)
        do {
            return try apply(RegularExpression(try pattern(arguments)), to: text, arguments)
        } catch let error as RegexProblem {
            throw arguments.problem("the regular expression \"\(arguments[0].printed)\": \(error.message)")
        } catch let error as TemplateProblem {
            throw error
        } catch {
            throw arguments.problem("\(error)")
        }
    }

    private func pattern(_ arguments: TemplateArguments) throws(TemplateProblem) -> String {
        try arguments.text(0)
    }

    private func apply(
        _ expression: RegularExpression, to text: [UnicodeScalar], _ arguments: TemplateArguments
    ) throws -> TemplateValue {
        switch self {
        case .regexMatch: return .boolean(try !expression.matches(in: text, limit: 1).isEmpty)
        case .regexFind:
            let match = try expression.matches(in: text, limit: 1).first
            return .text(match.map { RegularExpression.string(text[$0.range]) } ?? "")
        case .regexFindAll:
            let found = try expression.matches(in: text, limit: arguments.integer(2))
            return .list(found.map { .text(RegularExpression.string(text[$0.range])) })
        case .regexSplit:
            return .list(try expression.split(text, limit: arguments.integer(2)).map { .text($0) })
        case .regexReplaceAllLiteral:
            let replacement = try self.replacement(arguments, for: text)
            return .text(try expression.replaced(in: text) { _ in replacement })
        default:
            let replacement = try self.replacement(arguments, for: text)
            return .text(
                try expression.replaced(in: text) { expression.expand(replacement, $0, in: text) })
        }
    }

    /// A replacement that makes no text too long, however often it is put in.
    private func replacement(
        _ arguments: TemplateArguments, for text: [UnicodeScalar]
    ) throws(TemplateProblem) -> String {
        let replacement = try arguments.text(2)
        let groups = replacement.utf8.count { $0 == 36 }
        if replacement.utf8.count > 1000 {
            try arguments.checkLength(replacement.utf8.count, times: text.count + 1)
        }
        try arguments.checkLength(text.count + 1, times: groups)
        return replacement
    }
}
