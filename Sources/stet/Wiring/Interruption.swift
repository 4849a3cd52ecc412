// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and the end of the terminal as cancellation.
enum Interruption {
    /// True in the body of a watch: one that is inside another is cancelled with it.
    @TaskLocal private static var isWatched = false

    /// Runs `body` in a task that the signals cancel; a second signal ends the process at once.
    ///
    /// - Returns: What `body` returns, which it may do also after a signal.
    /// - Throws: What `body` throws; after a signal, a failure with the status 130.
    static func watch<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !isWatched else { return try await body() }
        let relay = SignalRelay()
        // The signals are taken over before the work begins: from its first word on it can be interrupted.
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM, SIGHUP] where takeOver(number) {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { relay.signal() }
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { continuation.resume() }
                source.resume()
            }
            sources.append(source)
        }
        let task = Task { try await $isWatched.withValue(true) { try await body() } }
        relay.forward { task.cancel() }
        defer { for source in sources { source.cancel() } }
        do {
            return try await task.value
        } catch {
            guard relay.hasSignal else { throw error }
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

/// Passes the first signal on, also one that came before there was anything to cancel.
private final class SignalRelay: Sendable {
    private struct State {
        var count = 0
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var hasSignal: Bool { state.withLock { $0.count > 0 } }

    func signal() {
        let (count, cancel) = state.withLock { state in
            state.count += 1
            return (state.count, state.cancel)
        }
        if count > 1 { _exit(CommandFailure.interrupted) }
        cancel?()
    }

    func forward(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.count > 0
        }
        if isLate { cancel() }
    }
}
