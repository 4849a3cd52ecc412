// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

/// Run 7 at registry `R.io`, as in the vectors of the language.
func inputs(
    set assignments: [String] = [], values: String = "", environment: [String] = []
) throws -> TaskInputs {
    var run = RunVariables(id: "7", registry: "R.io", started: UTCTime(secondsSinceEpoch: 1_795_218_706))
    run.commit = "abc123"
    run.branch = "main"
    var inputs = TaskInputs(run: run)
    try inputs.addValues(values, file: "values.yaml")
    for assignment in assignments { try inputs.set(assignment) }
    for assignment in environment { try inputs.addEnvironment(assignment) }
    return inputs
}

func render(_ text: String, set assignments: [String] = [], values: String = "") async throws -> String {
    try await TaskParser.render(
        text, file: "task.yaml", inputs: inputs(set: assignments, values: values), resolvers: .none)
}

func load(_ text: String, environment: [String] = []) async throws -> TaskDocument {
    try await TaskParser.load(text, file: "task.yaml", inputs: inputs(environment: environment))
}

/// The steps of a document with only these lines under `steps:`.
func load(steps: String, head: String = "version: v1.1.0") async throws -> [TaskStep] {
    try await load("\(head)\nsteps:\n\(steps)").steps
}

/// What is wrong with a text, or with its rendering when that is all that is asked for.
func errors(of text: String, renderOnly: Bool = false) async throws -> [Diagnostic] {
    do {
        if renderOnly {
            _ = try await TaskParser.render(text, file: "task.yaml", inputs: inputs())
        } else {
            _ = try await load(text)
        }
    } catch let error as Diagnostics {
        return error.all
    }
    Issue.record("nothing is wrong with the text")
    return []
}

/// `line:column: message` of the first error.
func firstError(of text: String) async throws -> String {
    try await errors(of: text).first.map { "\($0.location.line):\($0.location.column): \($0.message)" } ?? ""
}

/// Resolvers over tables.
func resolvers(sources: [String: String] = [:], secrets: [String: String] = [:]) -> TaskResolvers {
    TaskResolvers(
        aliasSource: { name throws(TaskResolveError) in
            guard let text = sources[name] else { throw TaskResolveError("no such file") }
            return text
        },
        secret: { secret throws(TaskResolveError) in
            guard let value = secrets[secret.id] else { throw TaskResolveError("not in the vault") }
            return value
        })
}
