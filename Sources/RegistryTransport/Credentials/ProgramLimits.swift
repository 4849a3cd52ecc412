// SPDX-License-Identifier: Apache-2.0

/// Runs programs for as long as they may take.
package struct ProgramLimits: Sendable {
    /// Long enough for a person to unlock a key ring.
    let time: Duration
    private let program: ProgramRunner
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Limits every run to `time`; `sleep` waits, and throws when the task is cancelled.
    package init(
        time: Duration = .seconds(60), running program: @escaping ProgramRunner,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.time = time
        self.program = program
        self.sleep = sleep
    }

    /// - Throws: ``ProgramTimeout``; what the runner throws.
    func run(_ name: String, _ arguments: [String], _ input: [UInt8]) async throws -> ProgramResult {
        try await withThrowingTaskGroup(of: ProgramResult.self) { group in
            group.addTask { try await program(name, arguments, input) }
            group.addTask {
                try await sleep(time)
                throw ProgramTimeout()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}

/// A program took too long and was ended.
struct ProgramTimeout: Error {}
