// SPDX-License-Identifier: Apache-2.0

/// The seam to other programs: runs one to its end.
///
/// Throws when the program cannot be started; any exit status is a result. Cancelling the task ends the program.
package typealias ProgramRunner =
    @Sendable (
        _ program: String, _ arguments: [String], _ input: [UInt8]
    ) async throws -> ProgramResult

/// How a program ended.
package struct ProgramResult: Sendable {
    /// The exit status; 128 and the signal's number when a signal ended it.
    package let status: Int32
    package let output: [UInt8]
    package let errorOutput: [UInt8]

    package init(status: Int32, output: [UInt8] = [], errorOutput: [UInt8] = []) {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }
}

/// What a program says may be a secret: only its status is printed.
extension ProgramResult: CustomStringConvertible, CustomReflectable {
    package var description: String { "exit status \(status)" }
    package var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
