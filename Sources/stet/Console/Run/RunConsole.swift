// SPDX-License-Identifier: Apache-2.0

import ImageStore
import Synchronization
import TaskFile
import TaskRun
import TerminalProgress

/// Tells a run's events: to a person line by line, with a live line for each step at work on a terminal; or to a
/// program, one JSON object a line.
///
/// Everything goes to standard error; secrets are masked.
final class RunConsole: Sendable {
    private struct State {
        var board = RunBoard()
        var lines = LiveLines()
        var settled: [String] = []
        var isOver = false
    }

    private let terminal = Terminal.error
    private let written = GatheredLines { Terminal.error.write($0) }
    private let format: LogFormat
    private let isLive: Bool
    private let mask: SecretMask
    private let state: Mutex<State>
    private let start = ContinuousClock.now

    /// `showsOutput`: false for `--no-logs`: what steps write is shown only when they fail.
    init(format: LogFormat, showsOutput: Bool, mask: SecretMask) {
        self.format = format
        self.mask = mask
        isLive = format == .text && TerminalScreen.isInteractive
        var state = State()
        state.board = RunBoard(showsOutput: showsOutput, styles: Terminal.error)
        self.state = Mutex(state)
    }

    /// Keeps the live lines moving for as long as `body` runs.
    func during<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        guard isLive else {
            defer { written.finish() }
            return try await body()
        }
        return try await LiveFrames.show({ self.draw(isLast: $0) }, during: { try await body() })
    }

    func show(_ event: RunEvent) {
        guard format == .text else {
            if let line = RunEventLine(event)?.json { written.add([mask.mask(line)]) }
            return
        }
        let now = ContinuousClock.now - start
        state.withLock { state in
            let lines = state.board.take(event, at: now).map { mask.mask($0) }
            guard !lines.isEmpty else { return }
            if isLive {
                state.settled += lines
            } else {
                written.add(lines)
            }
        }
    }

    private func draw(isLast: Bool) {
        let now = ContinuousClock.now - start
        state.withLock { state in
            guard !state.isOver else { return }
            state.isOver = isLast
            // Lines of output may be long and coloured: they are written as they are, above the live ones.
            let clear = state.lines.frame(settled: [], live: [], on: TerminalScreen.size)
            let settled = state.settled.isEmpty ? "" : state.settled.joined(separator: "\n") + "\n"
            state.settled = []
            let live = isLast ? [] : state.board.live(at: now).map { mask.mask($0) }
            terminal.write(
                clear + Array(settled.utf8)
                    + state.lines.frame(settled: [], live: live, on: TerminalScreen.size))
        }
    }
}
