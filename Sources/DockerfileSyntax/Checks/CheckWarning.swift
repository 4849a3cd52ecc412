// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A check that a Dockerfile does not pass, and where.
package struct CheckWarning: Error, Hashable, Sendable {
    package let rule: CheckRule
    /// What is wrong here, in BuildKit's words.
    package let message: String
    package let location: SourceLocation
    /// The lines of the file that are about it, counted from 1.
    package let lines: ClosedRange<Int>
    /// The text of the line at `location`.
    package let sourceLine: String?

    /// As one of the builder's warnings: `file:line:column: warning: JSONArgsRecommended: …`.
    package var diagnostic: Diagnostic {
        Diagnostic(
            .warning, at: location, "\(rule.rawValue): \(message)", hint: rule.address,
            sourceLine: sourceLine)
    }
}
