// SPDX-License-Identifier: Apache-2.0

/// Replaces variables and takes quotes away, as a shell would in one word.
///
/// Source: Dockerfile reference, "Environment replacement"; POSIX shell, section 2.6.2.
package struct Expander {
    package enum Quotes: Sendable {
        /// Quotes group and disappear.
        case removed
        /// Quotes are characters like others: for the content of here-documents.
        case literal
    }

    let escape: Character
    let quotes: Quotes
    /// The value of a variable; nil when it is not set.
    let lookup: (String) -> String?

    package init(escape: Character, quotes: Quotes = .removed, lookup: @escaping (String) -> String?) {
        self.escape = escape
        self.quotes = quotes
        self.lookup = lookup
    }

    /// - Throws: For a substitution that is not one, a quote without its partner, and `${name?message}` of a
    ///   variable that is not set.
    package func expand(_ text: String) throws(ExpansionError) -> String {
        var expansion = Expansion(text, by: self)
        return try expansion.run()
    }

    /// Expands, then splits at the blanks that are not quoted; blanks from variables split too.
    package func expandWords(_ text: String) throws(ExpansionError) -> [String] {
        var expansion = Expansion(text, by: self)
        _ = try expansion.run()
        return expansion.words
    }
}

/// Why a text cannot be expanded: one lower-case clause.
package struct ExpansionError: Error, Hashable, Sendable {
    package let message: String

    package init(message: String) {
        self.message = message
    }
}
