// SPDX-License-Identifier: Apache-2.0

/// The variables at one place of a stage as far as the text tells them: those of a base image may be anything.
package struct KnownVariables: Sendable {
    private var variables = Variables()
    /// The names whose values need what is not known.
    private var uncertain: Set<String> = []
    /// No variable comes from an image.
    private let isComplete: Bool
    private let escape: Character

    /// - Parameters:
    ///   - escape: The Dockerfile's own.
    ///   - beginsWithNothing: True for a stage `FROM scratch`.
    package init(escape: Character, beginsWithNothing: Bool) {
        self.escape = escape
        isComplete = beginsWithNothing
    }

    /// Begins a stage that is based on this one.
    package func enteringStage() -> KnownVariables {
        var copy = self
        copy.variables.enterStage()
        return copy
    }

    /// All words of one `ENV` see the variables as they were before it.
    package mutating func set(_ assignments: [Assignment]) throws(LocatedExpansionError) {
        var changes: [(name: String, value: String?)] = []
        for assignment in assignments {
            let name = try expand(assignment.name)
            let value = try expand(assignment.value)
            if let name { changes.append((name, value)) }
        }
        for (name, value) in changes {
            variables.set(name, to: value ?? "")
            remember(name, isCertain: value != nil)
        }
    }

    /// `ARG`, where `given` is what `--build-arg` gave and `globals` are the arguments before the first `FROM`.
    ///
    /// A name without a value may have one in the base image.
    package mutating func declare(
        _ declarations: [ArgumentDeclaration], given: [String: String], globals: [String: String]
    ) throws(LocatedExpansionError) {
        for declaration in declarations {
            let name = declaration.name.text
            var value = given[name]
            var isCertain = true
            if value == nil, let word = declaration.defaultValue {
                value = try expand(word)
                isCertain = value != nil
            }
            guard let known = value ?? (isCertain ? globals[name] : "") else {
                variables.declare(name, nil)
                continue
            }
            variables.declare(name, known)
            remember(name, isCertain: isCertain)
        }
    }

    private mutating func remember(_ name: String, isCertain: Bool) {
        if isCertain { uncertain.remove(name) } else { uncertain.insert(name) }
    }

    // MARK: Words

    /// - Returns: nil where the word needs what is not known.
    /// - Throws: Where no values of the variables make it a word.
    package func expand(_ word: Word) throws(LocatedExpansionError) -> String? {
        let unknown = Unknown()
        let text = try expander(.removed, unknown).expand(word)
        return unknown.isMet ? nil : text
    }

    /// - Returns: nil where one of the words needs what is not known.
    /// - Throws: Where no values of the variables make them words.
    package func expandWords(_ word: Word) throws(LocatedExpansionError) -> [String]? {
        let unknown = Unknown()
        let words = try expander(.removed, unknown).expandWords(word)
        return unknown.isMet ? nil : words
    }

    /// - Throws: Where no values of the variables make the text of a here-document.
    package func check(_ document: HereDocument) throws(LocatedExpansionError) {
        guard document.opening.expands else { return }
        do {
            _ = try expander(.literal, Unknown()).expand(document.content)
        } catch {
            throw LocatedExpansionError(location: document.opening.location, message: error.message)
        }
    }

    private func expander(_ quotes: Expander.Quotes, _ unknown: Unknown) -> Expander {
        Expander(escape: quotes == .literal ? "\\" : escape, quotes: quotes) { name in
            let value = variables.value(of: name)
            guard uncertain.contains(name) || (value == nil && !isComplete) else { return value }
            unknown.isMet = true
            // Anything: only the form of the word is looked at.
            return "x"
        }
    }

    /// Whether an expansion met a variable that is not known.
    private final class Unknown {
        var isMet = false
    }
}
