// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import ImageBuild
import OCISpec
import SourceText

/// What `stet build --check` prints; ``CallDocument/Check`` has BuildKit's own JSON.
enum CheckReport {
    private struct Finding: Encodable {
        let severity: String
        var rule: String?
        let message: String
        var summary: String?
        var url: String?
        let file: String
        let line: Int
        let column: Int
        var lastLine: Int?
    }

    /// Checks, and prints the findings as a list of objects on standard output: `--format json`.
    ///
    /// - Throws: With the status 1 when there are some, 2 when the Dockerfile cannot be read, without a message: all
    ///   has been said.
    static func list(_ request: BuildRequest) async throws {
        let review: DockerfileReview
        do {
            review = try await DockerfileReview.of(request)
        } catch {
            let failure = BuildFailure.commandFailure(error)
            guard !failure.diagnostics.isEmpty else { throw failure }
            Terminal.output.write(try JSONDocument.pretty(failure.diagnostics.map(finding)))
            throw CommandFailure(exitCode: failure.exitCode)
        }
        Terminal.output.write(try JSONDocument.pretty(review.warnings.map(finding)))
        guard review.warnings.isEmpty else { throw CommandFailure() }
    }

    private static func finding(_ warning: CheckWarning) -> Finding {
        Finding(
            severity: Diagnostic.Severity.warning.rawValue, rule: warning.rule.rawValue,
            message: warning.message, summary: warning.rule.summary,
            url: warning.rule.address, file: warning.location.file, line: warning.location.line,
            column: warning.location.column, lastLine: warning.lines.upperBound)
    }

    private static func finding(_ diagnostic: Diagnostic) -> Finding {
        Finding(
            severity: diagnostic.severity.rawValue, message: diagnostic.message,
            file: diagnostic.location.file, line: diagnostic.location.line, column: diagnostic.location.column
        )
    }

    /// Source: docker build, `--check`.
    static func text(of review: DockerfileReview) -> String {
        let count = review.warnings.count
        guard count > 0 else { return "Check complete, no warnings found." }
        let head = "Check complete, \(count == 1 ? "1 warning has" : "\(count) warnings have") been found!"
        return review.warnings.reduce(head) { text, warning in
            let excerpt = SourceExcerpt(
                name: review.source.name, lines: review.source.lines(around: warning.lines))
            return text + "\n\nWARNING: \(warning.rule.rawValue) - \(warning.rule.address)\n"
                + "\(warning.message)\n\n\(excerpt.text)"
        }
    }
}
