// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and the end of the terminal as cancellation.
enum Interruption {
    /// True in the body of a watch: one that is inside another is cancelled with it.
    @TaskLocal private static var isWatched = false
    /// What ended the work: Ctrl-C before there was any.
    private static let lastSignal = Mutex<Int32>(SIGINT)

    /// The status of a command that a signal ends, as shells have it: 130 after Ctrl-C, 143 after SIGTERM, 129 after
    /// SIGHUP.
    static var status: Int32 { 128 + lastSignal.withLock(\.self) }

    /// Whom a signal is for; nil while nothing is watched.
    private static let current = Mutex<SignalRelay?>(nil)

    /// The signals are taken over once, until the process ends: what Dispatch has set up for a signal is still being
    /// taken down when the next watch begins, and then nobody would hear of it.
    private static let takeover = Task {
        for number in [SIGINT, SIGTERM, SIGHUP] where takeOver(number) {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // The source lives as long as its handler, which holds it.
                withExtendedLifetime(source) { received(number) }
            }
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { continuation.resume() }
                source.resume()
            }
        }
    }

    private static func received(_ number: Int32) {
        lastSignal.withLock { $0 = number }
        guard let relay = current.withLock(\.self) else { _exit(128 + number) }
        relay.signal()
    }

    /// Runs `body` in a task that the signals cancel; a second signal ends the process at once.
    ///
    /// - Returns: What `body` returns, which it may do also after a signal.
    /// - Throws: What `body` throws; after a signal, a failure with ``status``.
    static func watch<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !isWatched else { return try await body() }
        let relay = SignalRelay()
        current.withLock { $0 = relay }
        defer { current.withLock { $0 = nil } }
        // Before the work begins: from its first word on it can be interrupted.
        await takeover.value
        let task = Task { try await $isWatched.withValue(true) { try await body() } }
        relay.forward { task.cancel() }
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
