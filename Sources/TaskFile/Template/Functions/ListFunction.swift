// SPDX-License-Identifier: Apache-2.0

/// Lists, and texts taken apart and put together.
enum ListFunction: String, TemplateFunctionGroup {
    case list, tuple, first, last, rest, initial, append, prepend, concat, reverse, uniq, without, has, slice
    case compact, sortAlpha, until, untilStep, join, split, splitList, splitn, toStrings, len, index

    var arity: ClosedRange<Int> {
        switch self {
        case .list, .tuple, .concat: 0...Int.max
        case .first, .last, .rest, .initial, .reverse, .uniq, .compact, .sortAlpha, .until, .toStrings, .len:
            1...1
        case .append, .prepend, .has, .join, .split, .splitList: 2...2
        case .untilStep, .splitn: 3...3
        case .without, .index: 1...Int.max
        case .slice: 1...3
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .list, .tuple: return .list(arguments.values)
        case .first: return try arguments.list(0).first ?? .null
        case .last: return try arguments.list(0).last ?? .null
        case .rest: return .list(Array(try arguments.list(0).dropFirst()))
        case .initial: return .list(Array(try arguments.list(0).dropLast()))
        case .append: return .list(try arguments.list(0) + [arguments[1]])
        case .prepend: return .list([arguments[1]] + (try arguments.list(0)))
        case .reverse: return .list(try arguments.list(0).reversed())
        case .compact: return .list(try arguments.list(0).filter(\.isTrue))
        case .has: return .boolean(try arguments.list(1).contains(arguments[0]))
        case .without:
            return .list(try arguments.list(0).filter { !arguments.values.dropFirst().contains($0) })
        case .until: return .list(try numbers(from: 0, to: arguments.integer(0), step: 1, arguments))
        case .untilStep:
            return .list(
                try numbers(
                    from: arguments.integer(0), to: arguments.integer(1), step: arguments.integer(2),
                    arguments))
        case .len: return .integer(try length(arguments))
        case .index: return try element(arguments)
        case .join, .split, .splitList, .splitn: return try splitOrJoined(arguments)
        default: return .list(try rearranged(arguments))
        }
    }

    private func rearranged(_ arguments: TemplateArguments) throws(TemplateProblem) -> [TemplateValue] {
        switch self {
        case .concat:
            var all: [TemplateValue] = []
            for index in 0..<arguments.count { all += try arguments.list(index) }
            return all
        case .uniq:
            var seen: Set<TemplateValue> = []
            return try arguments.list(0).filter { seen.insert($0).inserted }
        case .sortAlpha:
            return texts(try arguments.list(0)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { .text($0) }
        case .toStrings: return texts(try arguments.list(0)).map { .text($0) }
        default:
            let items = try arguments.list(0)
            let start = arguments.count > 1 ? arguments.integer(1) : 0
            let end = arguments.count > 2 ? arguments.integer(2) : items.count
            guard start >= 0, start <= end, end <= items.count else {
                throw arguments.problem("\(start) to \(end) is outside a list of \(items.count)")
            }
            return Array(items[start..<end])
        }
    }

    private func texts(_ items: [TemplateValue]) -> [String] {
        items.filter { $0 != .null }.map(\.printed)
    }

    private func numbers(
        from start: Int, to end: Int, step: Int, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> [TemplateValue] {
        let step = self == .until && end < 0 ? -1 : step
        guard step != 0 else { return [] }
        guard abs(Double(end) - Double(start)) / abs(Double(step)) <= 1_000_000 else {
            throw arguments.problem("these are too many numbers")
        }
        return stride(from: start, to: end, by: step).map { .integer($0) }
    }

    private func length(_ arguments: TemplateArguments) throws(TemplateProblem) -> Int {
        switch arguments[0] {
        case .text(let text): text.utf8.count
        case .list(let items): items.count
        case .map(let entries): entries.count
        default: throw arguments.mismatch(0, "a text, a list or a mapping")
        }
    }

    /// Follows keys and positions from a value; a missing key gives null.
    private func element(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        var value = arguments[0]
        for position in 1..<max(1, arguments.count) {
            switch (value, arguments[position]) {
            case (.map(let entries), .text(let key)): value = entries[key] ?? .null
            case (.list(let items), .integer(let index)):
                guard items.indices.contains(index) else {
                    throw arguments.problem("there is no element \(index) in a list of \(items.count)")
                }
                value = items[index]
            case (.map, _), (.list, _): throw arguments.mismatch(position, "a key of the \(value.kind)")
            default:
                throw arguments.problem("cannot look into \(value == .null ? "what is not set" : value.kind)")
            }
        }
        return value
    }

    private func splitOrJoined(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let separator = try arguments.text(0)
        guard self != .join else {
            guard case .list(let items) = arguments[1] else { return .text(arguments[1].rendered) }
            try arguments.checkLength(separator.utf8.count, times: items.count)
            return .text(texts(items).joined(separator: separator))
        }
        let text = try arguments.text(arguments.count - 1)
        let limit = self == .splitn ? max(1, arguments.integer(1)) : Int.max
        var parts: [TemplateValue] = []
        var rest = text[...]
        while parts.count < limit - 1, !separator.isEmpty, let found = rest.firstRange(of: separator) {
            parts.append(.text(String(rest[..<found.lowerBound])))
            rest = rest[found.upperBound...]
        }
        if separator.isEmpty {
            parts = rest.map { .text(String($0)) }
        } else {
            parts.append(.text(String(rest)))
        }
        guard self != .splitList else { return .list(parts) }
        return .map(Dictionary(uniqueKeysWithValues: parts.enumerated().map { ("_\($0)", $1) }))
    }
}
