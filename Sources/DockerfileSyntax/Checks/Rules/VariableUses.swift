// SPDX-License-Identifier: Apache-2.0

/// Which variables a word needs.
enum VariableUses {
    /// The variables that a word expands without saying what happens when they are not set, in their order.
    ///
    /// `${name:-…}` and its relatives know that a variable may be missing.
    static func names(
        in text: String, of dockerfile: Dockerfile, quotes: Expander.Quotes = .removed
    ) -> [String] {
        guard text.contains("$") else { return [] }
        let collector = Collector()
        let expander = Expander(escape: dockerfile.directives.escape, quotes: quotes) { name in
            collector.names.append(name)
            return "x"
        }
        guard (try? expander.expand(text)) != nil else { return [] }
        let tolerant = Set(conditionalNames(in: text))
        var seen: Set<String> = []
        return collector.names.filter { name in
            !tolerant.contains(name) && name.first.map { $0.isLetter || $0 == "_" } ?? false
                && seen.insert(name).inserted
        }
    }

    /// The names in `${name-`, `${name+`, `${name?` and the same with a colon.
    private static func conditionalNames(in text: String) -> [String] {
        text.split(separator: "{").dropFirst().compactMap { piece in
            let name = piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard let modifier = piece.dropFirst(name.count).first, ":-+?".contains(modifier) else {
                return nil
            }
            return String(name)
        }
    }

    private final class Collector {
        var names: [String] = []
    }
}
