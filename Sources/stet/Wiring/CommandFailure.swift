// SPDX-License-Identifier: Apache-2.0

import SourceText

/// A command ends with a message and a status.
struct CommandFailure: Error {
    /// What was asked for failed: a step, a build, a push, or the level was not reached.
    static let failed: Int32 = 1
    /// The command line, a file or a setting is wrong; nothing was done.
    static let usage: Int32 = 2
    /// It could not be found out.
    static let inconclusive: Int32 = 3
    /// A signal ended it: 130 for Ctrl-C.
    static var interrupted: Int32 { Interruption.status }

    /// May have several lines; empty when everything has been said.
    let message: String
    let exitCode: Int32
    /// What the message says about texts, place by place.
    var diagnostics: [Diagnostic] = []

    init(_ message: String = "", exitCode: Int32 = CommandFailure.failed) {
        self.message = message
        self.exitCode = exitCode
    }

    /// Runs the part of a command that reads what a person wrote: what it throws is the person's to mend.
    static func asUsage<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)", exitCode: usage)
        }
    }

    /// Runs the part of a command that does the work.
    static func asFailure<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as CommandFailure {
            throw failure
        } catch is CancellationError {
            throw CommandFailure("interrupted", exitCode: interrupted)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
