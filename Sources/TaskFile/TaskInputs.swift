// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

/// Everything that reaches a task file from outside its text.
package struct TaskInputs: Sendable {
    package var run: RunVariables
    /// `.Values`: a values file under what `set` lays over it.
    package var values: [String: TemplateValue] = [:]
    /// What `addEnvironment` collected, `NAME=VALUE` each: the weakest layer of every step's environment.
    package private(set) var environment: [String] = []
    /// Values given with `setSecret`.
    package private(set) var secretValues: [String] = []
    /// A network outside the task that steps without one of their own join.
    package var network: String?
    /// Used where the file names none.
    package var workingDirectory: String?
    /// What the built-in image aliases (`bash`, `acr`, …) stand for.
    package var imageAliases = BuiltInAliases.images

    /// Variables of the caller's environment that templates may read with `env`.
    package var allowedEnvironment: [String: String] = [:]
    /// Where the random functions of templates draw from: the same bytes give the same text.
    package var seed: [UInt8] = []
    /// Whether a rendering shows secrets as they are.
    package var showsSecrets = false

    package init(run: RunVariables) {
        self.run = run
    }

    /// Lays the top level of a values file (YAML) over the values there are.
    ///
    /// - Throws: A diagnostic at the place that is not YAML, or not a mapping at the top.
    package mutating func addValues(_ text: String, file: String) throws(Diagnostic) {
        values.merge(try TemplateValue.parseValues(text, file: file)) { $1 }
    }

    /// Sets one value from `NAME=TEXT`.
    ///
    /// The text is never split or converted; the last one of a name counts.
    package mutating func set(_ assignment: String) throws(TaskInputError) {
        let (name, text) = try Self.split(assignment)
        values[name] = .text(text)
    }

    /// Sets one value that nobody may see, from `NAME=TEXT`.
    package mutating func setSecret(_ assignment: String) throws(TaskInputError) {
        let (name, text) = try Self.split(assignment, isSecret: true)
        values[name] = .text(text)
        secretValues.append(text)
    }

    /// Sets one value from `NAME=JSON`, or one inside a mapping from `NAME.NAME=JSON`.
    ///
    /// Mappings on the way are made where there are none.
    package mutating func setJSON(_ assignment: String) throws(TaskInputError) {
        let (name, text) = try Self.split(assignment)
        let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else { throw .notAssignment(assignment) }
        do {
            guard
                case .map(let new) = TemplateValue.map(values).setting(
                    path[...], to: try JSONReader.read(text))
            else { return }
            values = new
        } catch {
            throw .notJSON(name, error.message)
        }
    }

    /// Says what an alias stands for, under what the file says, from `NAME=TEXT`.
    package mutating func setAlias(_ assignment: String) throws(TaskInputError) {
        let (name, text) = try Self.split(assignment)
        guard AliasTable.isName(name) else { throw .notAlias(name) }
        imageAliases[name] = text
    }

    /// Says what aliases stand for, under what the file says, from a mapping of names to texts (YAML).
    ///
    /// - Throws: A diagnostic at the place that is no such mapping.
    package mutating func addAliases(_ text: String, file: String) throws(Diagnostic) {
        guard let tree = try YAMLParser.parse(text, file: file) else { return }
        for entry in try tree.entries("a file of aliases") {
            guard AliasTable.isName(entry.key) else {
                throw Diagnostic(at: entry.keyLocation, "\(TaskInputError.notAlias(entry.key))")
            }
            imageAliases[entry.key] = try entry.value.string("the alias \"\(entry.key)\"")
        }
    }

    /// Adds environment variables from `NAME=TEXT[,NAME=TEXT]…`.
    package mutating func addEnvironment(_ assignments: String) throws(TaskInputError) {
        for assignment in assignments.split(separator: ",", omittingEmptySubsequences: false) {
            let (name, text) = try Self.split(String(assignment))
            environment.append("\(name)=\(text)")
        }
    }

    var templateContext: TemplateContext {
        TemplateContext(
            now: run.started.secondsSinceEpoch, environment: allowedEnvironment, seed: seed)
    }

    private static func split(
        _ assignment: String, isSecret: Bool = false
    ) throws(TaskInputError) -> (String, String) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw .notAssignment(isSecret ? "***" : assignment)
        }
        return (String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]))
    }
}

/// What is wrong with an input from the command line.
package enum TaskInputError: Error, Hashable, CustomStringConvertible {
    case notAssignment(String)
    case notAlias(String)
    case notJSON(_ name: String, _ reason: String)
    case notSecret(_ flag: String, _ reason: String)

    package var description: String {
        switch self {
        case .notAssignment(let text): "\"\(text)\" is not of the form NAME=VALUE"
        case .notAlias(let name): "\"\(name)\" is no name of an alias: only letters and digits"
        case .notJSON(let name, let reason): "the value of \"\(name)\" is no JSON: \(reason)"
        case .notSecret(let flag, let reason): "\"\(flag)\" is no source of a secret: \(reason)"
        }
    }
}
