// SPDX-License-Identifier: Apache-2.0

/// Which variables a word needs.
enum VariableUses {
    /// The variables that a word needs, in their order, also where it says what happens when one is not set:
    /// `${name:-…}` of a name that nobody declares is never anything else.
    static func names(
        in text: String, of dockerfile: Dockerfile, quotes: Expander.Quotes = .removed
    ) -> [String] {
        guard text.contains("$") else { return [] }
        let collector = Collector()
        let escape = quotes == .literal ? "\\" : dockerfile.directives.escape
        let expander = Expander(escape: escape, quotes: quotes) { name in
            collector.names.append(name)
            return "x"
        }
        guard (try? expander.expand(text)) != nil else { return [] }
        var seen: Set<String> = []
        return collector.names.filter { seen.insert($0).inserted }
    }

    private final class Collector {
        var names: [String] = []
    }
}
