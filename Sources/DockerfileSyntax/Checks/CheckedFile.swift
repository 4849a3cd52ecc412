// SPDX-License-Identifier: Apache-2.0

import SourceText

/// A Dockerfile as the rules see it.
struct CheckedFile {
    let dockerfile: Dockerfile
    let surroundings: DockerfileChecks.Surroundings

    /// A warning about a whole instruction.
    func warning(_ rule: CheckRule, _ instruction: Instruction, _ message: String) -> CheckWarning {
        warning(rule, at: instruction.location, lines: instruction.lines, message)
    }

    func warning(
        _ rule: CheckRule, at location: SourceLocation, lines: ClosedRange<Int>, _ message: String
    ) -> CheckWarning {
        let text = dockerfile.source.lines
        let line = text.indices.contains(location.line - 1) ? text[location.line - 1] : nil
        return CheckWarning(
            rule: rule, message: message, location: location, lines: lines, sourceLine: line)
    }

    /// Warnings for the instructions of all stages that `find` has a message for.
    func each(_ rule: CheckRule, _ find: (Instruction) -> String?) -> [CheckWarning] {
        dockerfile.stages.flatMap(\.instructions).compactMap { instruction in
            find(instruction).map { warning(rule, instruction, $0) }
        }
    }

    /// The arguments before the first `FROM`; `isGiven` takes those of the command line into account.
    func globalScope(isGiven: Bool = true) -> [String: String] {
        let arguments = surroundings.arguments
        let known = BuildArguments(given: isGiven ? arguments.given : [:], platform: arguments.platform)
        return (try? known.globalScope(of: dockerfile)) ?? [:]
    }

    func expander(_ lookup: @escaping (String) -> String?) -> Expander {
        Expander(escape: dockerfile.directives.escape, lookup: lookup)
    }

    /// Go's `%q` for the texts that occur here.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
