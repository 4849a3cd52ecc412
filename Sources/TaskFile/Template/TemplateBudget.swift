// SPDX-License-Identifier: Apache-2.0

import SourceText

/// What a rendering may take: templates are small programs, and some never end.
struct TemplateBudget {
    static let textLimitBytes = 16 << 20
    /// Values inside a value, counting 32 bytes of text as one.
    private static let weightLimit = 1_000_000
    private static let depthLimit = 64
    private static let workLimit = 20_000_000
    /// Functions that look at no more than a part of what they get.
    private static let cheap: Set<String> = [
        "index", "len", "get", "hasKey", "first", "last", "default", "empty", "not", "coalesce", "ternary",
        "kindOf", "typeOf", "kindIs", "typeIs",
    ]

    private var work = 0

    /// Counts one step, and complains at its place if it has one.
    mutating func chargeStep(at location: SourceLocation?) throws(Diagnostic) {
        work += 1
        guard work > Self.workLimit, let location else { return }
        throw Diagnostic(at: location, Self.tooMuch.message, hint: Self.tooMuch.hint)
    }

    mutating func charge(for call: TemplateArguments) throws(TemplateProblem) {
        work += 1
        if !Self.cheap.contains(call.function) {
            for value in call.values { work += Self.weight(of: value, depth: 0) ?? Self.weightLimit }
        }
        guard work <= Self.workLimit else { throw Self.tooMuch }
    }

    /// - Throws: When the value is larger or deeper than any text needs.
    mutating func charge(
        for value: TemplateValue, of call: TemplateArguments
    ) throws(TemplateProblem) {
        guard !Self.cheap.contains(call.function) else { return }
        guard let weight = Self.weight(of: value, depth: 0), weight <= Self.weightLimit else {
            throw call.problem("the value gets too large")
        }
        work += weight
    }

    private static let tooMuch = TemplateProblem(
        message: "rendering takes too long", hint: "is a range inside another one larger than it looks?")

    /// - Returns: nil for a value that is too large or too deep; the walk ends there.
    private static func weight(of value: TemplateValue, depth: Int) -> Int? {
        guard depth <= depthLimit else { return nil }
        var total = 1
        switch value {
        case .text(let text):
            total += text.utf8.count / 32
        case .list(let items):
            for item in items {
                guard let weight = weight(of: item, depth: depth + 1), total <= weightLimit else {
                    return nil
                }
                total += weight
            }
        case .map(let entries):
            for (key, item) in entries {
                guard let weight = weight(of: item, depth: depth + 1), total <= weightLimit else {
                    return nil
                }
                total += weight + key.utf8.count / 32
            }
        default: break
        }
        return total
    }
}
