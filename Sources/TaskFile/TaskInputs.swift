// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// Everything that reaches a task file from outside its text.
package struct TaskInputs: Sendable {
    package var run: RunVariables
    /// `.Values`: a values file under what `set` lays over it.
    package var values: [String: TemplateValue] = [:]
    /// What `addEnvironment` collected, `NAME=VALUE` each: the weakest layer of every step's environment.
    package private(set) var environment: [String] = []
    /// Used where the file names none.
    package var workingDirectory: String?
    /// What the built-in image aliases (`bash`, `acr`, …) stand for.
    package var imageAliases = BuiltInAliases.images

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

    /// Adds environment variables from `NAME=TEXT[,NAME=TEXT]…`.
    package mutating func addEnvironment(_ assignments: String) throws(TaskInputError) {
        for assignment in assignments.split(separator: ",", omittingEmptySubsequences: false) {
            let (name, text) = try Self.split(String(assignment))
            environment.append("\(name)=\(text)")
        }
    }

    private static func split(_ assignment: String) throws(TaskInputError) -> (String, String) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw .notAssignment(assignment)
        }
        return (String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]))
    }
}

/// What is wrong with an input from the command line.
package enum TaskInputError: Error, Hashable, CustomStringConvertible {
    case notAssignment(String)

    package var description: String {
        switch self {
        case .notAssignment(let text): "\"\(text)\" is not of the form NAME=VALUE"
        }
    }
}
