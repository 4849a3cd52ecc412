// SPDX-License-Identifier: Apache-2.0

/// The variables at one place in a stage.
///
/// What `ENV` set wins over an `ARG` of the same name.
///
/// Source: Dockerfile reference, "Scope" and "Using ARG variables".
package struct Variables: Sendable {
    /// What `ENV` set, the base image's included, in the order of first mention.
    package private(set) var environment: [(name: String, value: String)] = []
    /// The values of the arguments declared so far.
    package private(set) var arguments: [String: String] = [:]

    package init() {}

    /// Takes entries like `NAME=value`, as an image's configuration has them; a name alone is empty.
    package init(environment: [String]) {
        for entry in environment {
            let name = entry.prefix { $0 != "=" }
            set(String(name), to: String(entry.dropFirst(name.count + 1)))
        }
    }

    package func value(of name: String) -> String? {
        environment.first { $0.name == name }?.value ?? arguments[name]
    }

    package mutating func set(_ name: String, to value: String) {
        if let index = environment.firstIndex(where: { $0.name == name }) {
            environment[index].value = value
        } else {
            environment.append((name, value))
        }
    }

    package mutating func setArgument(_ name: String, to value: String) {
        arguments[name] = value
    }

    /// `NAME=value`, as an image's configuration has it.
    package var environmentEntries: [String] { environment.map { "\($0.name)=\($0.value)" } }
}
