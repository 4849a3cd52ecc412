// SPDX-License-Identifier: Apache-2.0

/// The variables at one place in a stage.
///
/// Of an `ENV` and an `ARG` of the same name the later one counts; the image only ever has what `ENV` set.
///
/// Source: BuildKit, whose stages have one environment that both instructions write.
package struct Variables: Sendable {
    /// What `ENV` set, the base image's included, in the order of first mention.
    private var environment: [Entry] = []
    /// Where names are in ``environment``: a file may have thousands.
    private var places: [String: Int] = [:]
    /// The names of the arguments, in the order of their first declaration.
    package private(set) var declaredNames: [String] = []
    private var declared: Set<String> = []
    /// The values of those that have one.
    private var arguments: [String: String] = [:]
    /// The names that an `ARG` set after an `ENV` had.
    private var hidden: Set<String> = []

    private struct Entry {
        let name: String
        let value: String
        /// Both, made once: every `ENV` asks for those of all others.
        let text: String

        init(_ name: String, _ value: String) {
            (self.name, self.value, text) = (name, value, "\(name)=\(value)")
        }
    }

    package init() {}

    /// Takes entries like `NAME=value`, as an image's configuration has them; a name alone is empty.
    package init(environment: [String]) {
        for entry in environment {
            let name = entry.prefix { $0 != "=" }
            set(String(name), to: String(entry.dropFirst(name.count + 1)))
        }
    }

    package func value(of name: String) -> String? {
        if hidden.contains(name) { return arguments[name] }
        return places[name].map { environment[$0].value } ?? arguments[name]
    }

    /// `ENV`.
    ///
    /// - Returns: The index of the name in ``environmentEntries``.
    @discardableResult
    package mutating func set(_ name: String, to value: String) -> Int {
        hidden.remove(name)
        if let index = places[name] {
            environment[index] = Entry(name, value)
            return index
        }
        places[name] = environment.count
        environment.append(Entry(name, value))
        return environment.count - 1
    }

    /// `ARG`; without a value the name is declared, and means what it meant.
    package mutating func declare(_ name: String, _ value: String?) {
        if declared.insert(name).inserted { declaredNames.append(name) }
        guard let value else { return }
        arguments[name] = value
        hidden.insert(name)
    }

    /// Begins a stage that is based on another one: it has the arguments too, behind what `ENV` set.
    package mutating func enterStage() {
        hidden = []
    }

    /// `NAME=value`, as an image's configuration has it.
    package var environmentEntries: [String] { environment.map(\.text) }

    /// `NAME=value` of everything that has a value: what a command sees.
    package var entries: [String] {
        let names = environment.map(\.name)
        let others = declaredNames.filter { arguments[$0] != nil && places[$0] == nil }
        return (names + others).map { "\($0)=\(value(of: $0) ?? "")" }
    }

    /// True for what `ENV` or the base image has set.
    package func isSet(_ name: String) -> Bool { places[name] != nil }
}
