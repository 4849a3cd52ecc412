// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A `RUN` whose command did not succeed.
package struct FailedCommand: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line of the Dockerfile near the instruction.
    package struct Line: Hashable, Sendable {
        /// From 1.
        package let number: Int
        package let text: String
        /// True for those of the instruction itself.
        package let isFailing: Bool
    }

    /// The place of the instruction, and what its command ended with.
    package let diagnostic: Diagnostic
    /// 128 and the signal's number for a command that a signal ended.
    package let exitCode: Int32
    /// The last lines that the command wrote, at most 20, the newest last.
    package let lastOutput: [String]
    /// The instruction's lines with two before and after.
    package let surroundings: [Line]

    package var description: String { diagnostic.description }
}
