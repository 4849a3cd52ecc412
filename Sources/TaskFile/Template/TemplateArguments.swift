// SPDX-License-Identifier: Apache-2.0

/// Why a function cannot give a value; the evaluator knows where.
struct TemplateProblem: Error {
    let message: String
    var hint: String?
}

/// The arguments of one call, with the conversions that functions ask for.
struct TemplateArguments {
    let function: String
    let values: [TemplateValue]
    var context = TemplateContext()
    /// Counts the calls of one rendering.
    var callNumber = 0

    var count: Int { values.count }

    subscript(_ index: Int) -> TemplateValue {
        values.indices.contains(index) ? values[index] : .null
    }

    /// The last argument: what a pipeline hands over.
    var last: TemplateValue { values.last ?? .null }

    /// A text, and nothing else.
    func text(_ index: Int) throws(TemplateProblem) -> String {
        guard case .text(let text) = self[index] else { throw mismatch(index, "text") }
        return text
    }

    /// A whole number; texts and fractions are converted as Sprig does (what is no number is 0).
    func integer(_ index: Int) -> Int {
        switch self[index] {
        case .integer(let value): value
        case .number(let value): Int(exactly: value.rounded(.towardZero)) ?? 0
        case .boolean(let value): value ? 1 : 0
        case .text(let text):
            switch TemplateValue(plainScalar: text) {
            case .integer(let value): value
            default: 0
            }
        default: 0
        }
    }

    func number(_ index: Int) -> Double {
        switch self[index] {
        case .number(let value): value
        case .text(let text): Double(text) ?? 0
        default: Double(integer(index))
        }
    }

    /// A number of things to make: not negative, at most a million.
    func size(_ index: Int) throws(TemplateProblem) -> Int {
        let size = integer(index)
        guard size <= 1_000_000 else { throw problem("\(size) is too many") }
        return max(0, size)
    }

    /// A text that is made by writing `bytes` bytes `count` times must not be longer than any text may be.
    func checkLength(_ bytes: Int, times count: Int) throws(TemplateProblem) {
        guard count == 0 || bytes <= TemplateBudget.textLimitBytes / count else {
            throw problem("the text gets too long")
        }
    }

    func list(_ index: Int) throws(TemplateProblem) -> [TemplateValue] {
        guard case .list(let items) = self[index] else { throw mismatch(index, "a list") }
        return items
    }

    func map(_ index: Int) throws(TemplateProblem) -> [String: TemplateValue] {
        guard case .map(let entries) = self[index] else { throw mismatch(index, "a mapping") }
        return entries
    }

    func problem(_ message: String, hint: String? = nil) -> TemplateProblem {
        TemplateProblem(message: "\(function): \(message)", hint: hint)
    }

    func mismatch(_ index: Int, _ expected: String) -> TemplateProblem {
        self[index] == .null
            ? problem("argument \(index + 1) is not set", hint: "give it a value, or put default in front")
            : problem("argument \(index + 1) must be \(expected), not \(self[index].kind)")
    }
}
