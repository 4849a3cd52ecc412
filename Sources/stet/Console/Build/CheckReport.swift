// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import ImageBuild
import OCISpec
import SourceText

/// What `stet build --check` prints.
enum CheckReport {
    private struct Finding: Encodable {
        let rule: String
        let message: String
        let summary: String
        let url: String
        let file: String
        let line: Int
        let column: Int
        let lastLine: Int
    }

    /// Checks, and prints the findings on standard output.
    ///
    /// - Throws: With the status 1 when there are some, without a message: all has been said.
    static func show(_ request: BuildRequest, as format: ResultFormat) async throws {
        let review: DockerfileReview
        do {
            review = try await DockerfileReview.of(request)
        } catch {
            throw BuildFailure.commandFailure(error)
        }
        switch format {
        case .json: Terminal.output.write(try JSONDocument.pretty(review.warnings.map(finding)))
        case .text: Terminal.output.line(text(of: review))
        }
        guard review.warnings.isEmpty else { throw CommandFailure() }
    }

    private static func finding(_ warning: CheckWarning) -> Finding {
        Finding(
            rule: warning.rule.rawValue, message: warning.message, summary: warning.rule.summary,
            url: warning.rule.address, file: warning.location.file, line: warning.location.line,
            column: warning.location.column, lastLine: warning.lines.upperBound)
    }

    /// Source: docker build, `--check`.
    private static func text(of review: DockerfileReview) -> String {
        let count = review.warnings.count
        guard count > 0 else { return "Check complete, no warnings found." }
        let head = "Check complete, \(count == 1 ? "1 warning has" : "\(count) warnings have") been found!"
        return review.warnings.reduce(head) { text, warning in
            let excerpt = SourceExcerpt(
                name: review.source.name, of: review.source.lines, marking: warning.lines)
            return text + "\n\nWARNING: \(warning.rule.rawValue) - \(warning.rule.address)\n"
                + "\(warning.message)\n\n\(excerpt.text)"
        }
    }
}
