// SPDX-License-Identifier: Apache-2.0

/// Mappings.
///
/// They are values: what Sprig changes in place is made anew, and put where the first argument came from when
/// that is a variable.
enum MapFunction: String, TemplateFunctionGroup {
    case dict, get, set, unset, hasKey, pluck, keys, values, pick, omit, merge, mergeOverwrite, deepCopy

    var arity: ClosedRange<Int> {
        switch self {
        case .deepCopy: 1...1
        case .get, .hasKey, .unset: 2...2
        case .set: 3...3
        case .dict, .keys, .values: 0...Int.max
        case .pluck, .pick, .omit, .merge, .mergeOverwrite: 1...Int.max
        }
    }

    /// Whether a call of that name changes its first argument.
    static func changesFirst(_ name: String) -> Bool {
        ["set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"].contains(name)
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .dict: return .map(try dictionary(arguments))
        case .get: return try arguments.map(0)[arguments.text(1)] ?? .text("")
        case .hasKey: return .boolean(try arguments.map(0)[arguments.text(1)] != nil)
        case .deepCopy: return arguments[0]
        case .set: return .map(try arguments.map(0).merging([arguments.text(1): arguments[2]]) { $1 })
        case .unset:
            var entries = try arguments.map(0)
            entries[try arguments.text(1)] = nil
            return .map(entries)
        case .pick, .omit:
            let named = Set(arguments.values.dropFirst().map(\.printed))
            return .map(try arguments.map(0).filter { named.contains($0.key) == (self == .pick) })
        case .values: return .list(try arguments.map(0).sorted { $0.key < $1.key }.map(\.value))
        case .merge: return .map(try merged(arguments, laterWins: false))
        case .mergeOverwrite: return .map(try merged(arguments, laterWins: true))
        case .keys:
            var names: [String] = []
            for index in 0..<arguments.count { names += try arguments.map(index).keys.sorted() }
            return .list(names.map { .text($0) })
        case .pluck:
            let name = try arguments.text(0)
            var found: [TemplateValue] = []
            for index in 1..<max(1, arguments.count) {
                if let value = try arguments.map(index)[name] { found.append(value) }
            }
            return .list(found)
        }
    }

    private func dictionary(_ arguments: TemplateArguments) throws(TemplateProblem) -> [String: TemplateValue]
    {
        var entries: [String: TemplateValue] = [:]
        for index in stride(from: 0, to: arguments.count, by: 2) {
            entries[arguments[index].printed] = index + 1 < arguments.count ? arguments[index + 1] : .text("")
        }
        return entries
    }

    private func merged(
        _ arguments: TemplateArguments, laterWins: Bool
    ) throws(TemplateProblem) -> [String: TemplateValue] {
        var result = try arguments.map(0)
        for index in 1..<max(1, arguments.count) {
            result = merge(result, try arguments.map(index), laterWins: laterWins)
        }
        return result
    }

    private func merge(
        _ a: [String: TemplateValue], _ b: [String: TemplateValue], laterWins: Bool
    ) -> [String: TemplateValue] {
        a.merging(b) { old, new in
            if case .map(let oldEntries) = old, case .map(let newEntries) = new {
                return .map(merge(oldEntries, newEntries, laterWins: laterWins))
            }
            return laterWins || !old.isTrue ? new : old
        }
    }
}
