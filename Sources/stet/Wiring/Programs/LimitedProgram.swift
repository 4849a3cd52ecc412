// SPDX-License-Identifier: Apache-2.0

import Conformance
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A program of somebody else's, which may hang and may start others: it gets so much time, and no more.
///
/// It runs in a process group of its own. When its time is over, or the task is cancelled, the whole group is asked to
/// end, and five seconds later it is ended. What a program has started and left behind at its own end goes on: it may
/// be the registry that is certified.
struct LimitedProgram: Sendable {
    var limit = Duration.seconds(120)

    private static let grace = Duration.seconds(5)

    private struct Call: Sendable {
        let program: FilePath
        let arguments: [String]
        let variables: [String: String]

        var environment: Subprocess.Environment {
            var changes: [Subprocess.Environment.Key: String?] = [:]
            for (name, value) in variables { changes[.init(stringLiteral: name)] = value }
            return .inherit.updating(changes)
        }
    }

    /// Who is to be ended, once that is known.
    private final class Leader: Sendable {
        private let number = Mutex<pid_t?>(nil)

        func isNow(_ pid: pid_t) { number.withLock { $0 = pid } }

        func endGroup() {
            if let pid = number.withLock({ $0 }) { kill(-pid, SIGKILL) }
        }
    }

    /// Runs a program to its end, with `variables` in its environment besides those of this process.
    ///
    /// - Returns: What it wrote to both outputs, the end of it where that is much, and its status.
    /// - Throws: When it cannot be run, and `CancellationError`.
    func run(
        _ program: FilePath, _ arguments: [String], adding variables: [String: String] = [:]
    ) async throws -> ClientOutcome {
        let output = try ProgramOutput()
        let leader = Leader()
        let call = Call(program: program, arguments: arguments, variables: variables)
        let status: TerminationStatus?
        do {
            status = try await self.status(call, output.descriptor, leader)
        } catch {
            leader.endGroup()
            throw error
        }
        switch status {
        case .exited(let code)?: return ClientOutcome(status: code, text: output.text)
        case .signaled(let number)?: return ClientOutcome(status: 128 + number, text: output.text)
        case nil:
            leader.endGroup()
            return ClientOutcome(status: 128 + SIGKILL, text: output.text, unendedAfter: limit)
        }
    }

    /// - Returns: nil when the time is over; then the program has been ended.
    private func status(
        _ call: Call, _ output: FileDescriptor, _ leader: Leader
    ) async throws -> TerminationStatus? {
        try await withThrowingTaskGroup(of: TerminationStatus?.self) { tasks in
            tasks.addTask { try await LimitedProgram.end(call, output, leader) }
            let limit = limit
            tasks.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? nil
        }
    }

    private static func end(
        _ call: Call, _ output: FileDescriptor, _ leader: Leader
    ) async throws -> TerminationStatus {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let result = try await Subprocess.run(
            .path(call.program), arguments: Arguments(call.arguments), environment: call.environment,
            platformOptions: options, input: .none,
            output: .fileDescriptor(output, closeAfterSpawningProcess: false),
            error: .fileDescriptor(output, closeAfterSpawningProcess: false)
        ) { execution in
            leader.isNow(execution.processIdentifier.value)
        }
        try Task.checkCancellation()
        return result.terminationStatus
    }
}
