// SPDX-License-Identifier: Apache-2.0

/// Comparison, choice and printing.
enum LogicFunction: String, TemplateFunctionGroup {
    case not, eq, ne, lt, le, gt, ge
    case `default`, empty, coalesce, ternary, fail
    case print, println, printf
    case typeOf, kindOf, typeIs, typeIsLike, kindIs, deepEqual

    var arity: ClosedRange<Int> {
        switch self {
        case .not, .empty, .fail, .typeOf, .kindOf: 1...1
        case .ne, .lt, .le, .gt, .ge, .typeIs, .typeIsLike, .kindIs, .deepEqual: 2...2
        case .eq: 2...Int.max
        case .default: 1...2
        case .ternary: 3...3
        case .coalesce, .print, .println: 0...Int.max
        case .printf: 1...Int.max
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .not: return .boolean(!arguments[0].isTrue)
        case .eq:
            for other in arguments.values.dropFirst() where try equal(arguments[0], other, arguments) {
                return .boolean(true)
            }
            return .boolean(false)
        case .ne: return .boolean(try !equal(arguments[0], arguments[1], arguments))
        case .lt: return .boolean(try precedes(0, 1, arguments))
        case .le: return .boolean(try !precedes(1, 0, arguments))
        case .gt: return .boolean(try precedes(1, 0, arguments))
        case .ge: return .boolean(try !precedes(0, 1, arguments))
        case .default: return arguments.count == 2 && arguments[1].isTrue ? arguments[1] : arguments[0]
        case .empty: return .boolean(!arguments[0].isTrue)
        case .coalesce: return arguments.values.first(where: \.isTrue) ?? .null
        case .ternary: return arguments[2].isTrue ? arguments[0] : arguments[1]
        case .fail: throw TemplateProblem(message: arguments[0].printed)
        case .print: return .text(printed(arguments.values))
        case .println: return .text(arguments.values.map(\.printed).joined(separator: " ") + "\n")
        case .printf:
            return .text(TemplateFormat.print(try arguments.text(0), Array(arguments.values.dropFirst())))
        case .typeOf, .kindOf: return .text(arguments[0].kind)
        case .typeIs, .typeIsLike, .kindIs: return .boolean(try arguments.text(0) == arguments[1].kind)
        case .deepEqual: return .boolean(arguments[0] == arguments[1])
        }
    }

    /// Go refuses to compare values of different types; null is equal to null alone.
    private func equal(
        _ a: TemplateValue, _ b: TemplateValue, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> Bool {
        guard a != .null, b != .null else { return a == b }
        guard a.kind == b.kind else {
            throw arguments.problem(
                "cannot compare \(a.kind) with \(b.kind)",
                hint: "values given with --set are texts: compare with \"…\"")
        }
        return a == b
    }

    private func precedes(
        _ first: Int, _ second: Int, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> Bool {
        switch (arguments[first], arguments[second]) {
        case (.integer(let a), .integer(let b)): a < b
        case (.number(let a), .number(let b)): a < b
        case (.moment(let a), .moment(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (let a, let b): throw arguments.problem("cannot order \(a.kind) and \(b.kind)")
        }
    }

    /// Blanks stand between neighbours that are both no texts.
    private func printed(_ values: [TemplateValue]) -> String {
        var result = ""
        for (index, value) in values.enumerated() {
            if index > 0, value.kind != "string", values[index - 1].kind != "string" { result += " " }
            result += value.printed
        }
        return result
    }
}
