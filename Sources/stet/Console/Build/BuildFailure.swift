// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import SourceText

/// How a build that failed is told.
enum BuildFailure {
    /// What a person wrote wrong has the status 2, what went wrong on the way 1.
    static func commandFailure(_ error: BuildError) -> CommandFailure {
        var failure = failure(of: error)
        failure.diagnostics = error.diagnostics
        return failure
    }

    private static func failure(of error: BuildError) -> CommandFailure {
        switch error {
        case .command(let failure): CommandFailure(text(of: failure))
        case .invalid(let diagnostics):
            CommandFailure(
                diagnostics.all.map { text(of: $0) }.joined(separator: "\n"), exitCode: CommandFailure.usage)
        case .instruction(let diagnostic, _), .baseImage(let diagnostic, _):
            CommandFailure(text(of: diagnostic))
        case .cancelled: CommandFailure("interrupted", exitCode: CommandFailure.interrupted)
        default: CommandFailure("\(error)")
        }
    }

    /// What went wrong in a step has the lines of the Dockerfile around it in place of its own alone.
    private static func text(of diagnostic: Diagnostic) -> String {
        let lines = diagnostic.surroundings
        guard !lines.isEmpty else { return "\(diagnostic)" }
        let head = "\(diagnostic.location): \(diagnostic.severity.rawValue): \(diagnostic.message)"
        let excerpt = SourceExcerpt(name: diagnostic.location.file, lines: lines)
        return ([head, excerpt.block] + [diagnostic.hint.map { "hint: \($0)" }].compactMap(\.self))
            .joined(separator: "\n")
    }

    /// The message, the last lines that the command wrote, and the lines of the Dockerfile around it.
    private static func text(of failure: FailedCommand) -> String {
        var parts = [failure.diagnostic.message]
        if !failure.lastOutput.isEmpty {
            let lines = ["------"] + failure.lastOutput.map { "  \($0)" } + ["------"]
            parts.append(lines.joined(separator: "\n"))
        }
        let lines = failure.surroundings.map {
            SourceLine(number: $0.number, text: $0.text, isMarked: $0.isFailing)
        }
        let location = failure.diagnostic.location
        parts.append(
            lines.isEmpty ? "\(location)" : SourceExcerpt(name: location.file, lines: lines).text)
        if let hint = failure.diagnostic.hint { parts.append("hint: \(hint)") }
        return parts.joined(separator: "\n")
    }
}
