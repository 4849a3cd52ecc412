// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and the end of the terminal as cancellation.
enum Interruption {
    /// Runs `body` in a task that the signals cancel; a second signal ends the process at once.
    ///
    /// - Returns: What `body` returns, which it may do also after a signal.
    /// - Throws: What `body` throws; after a signal, a failure with the status 130.
    static func watch<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let signals = SignalCount()
        let sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number -> (any DispatchSourceSignal)? in
            guard takeOver(number) else { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if signals.next() > 1 { _exit(CommandFailure.interrupted) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            return try await task.value
        } catch {
            guard signals.current > 0 else { throw error }
            throw CommandFailure("interrupted", exitCode: CommandFailure.interrupted)
        }
    }

    /// Keeps a signal from ending the process.
    ///
    /// - Returns: False for a SIGHUP that is ignored already: whoever starts a command with nohup(1) wants it to
    ///   go on when the terminal is gone.
    private static func takeOver(_ number: Int32) -> Bool {
        let previous = signal(number, SIG_IGN)
        let wasIgnored = unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return number != SIGHUP || !wasIgnored
    }
}

/// How many signals have come.
private final class SignalCount: Sendable {
    private let count = Mutex(0)

    var current: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
