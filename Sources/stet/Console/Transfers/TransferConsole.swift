// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import Synchronization
import TerminalProgress

/// Tells a copy's events to a person: a live line for each content on a terminal, else a line for each event.
final class TransferConsole: Sendable {
    enum Style: Sendable {
        case silent
        case lines
        case live
    }

    private struct State {
        var board = TransferBoard()
        var lines = LiveLines()
        /// Lines that have come to their end since the last frame.
        var settled: [String] = []
        var isOver = false
    }

    /// Where lines do not change, smaller contents are named when they are done, not before.
    private static let announcedBytes: Int64 = 1_000_000

    private let terminal = Terminal.error
    private let style: Style
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ style: Style) {
        self.style = style
    }

    /// Live lines on a terminal that can move its cursor; nothing when `isQuiet`.
    convenience init(isQuiet: Bool) {
        self.init(isQuiet ? .silent : TerminalScreen.isInteractive ? .live : .lines)
    }

    /// Shows what `body` reports for as long as it runs.
    func show<Value: Sendable>(
        during body: (_ report: @escaping @Sendable (TransferEvent) -> Void) async throws -> Value
    ) async throws -> Value {
        guard style == .live else { return try await body { self.take($0) } }
        return try await LiveFrames.show(
            { self.draw(isLast: $0) }, during: { try await body { self.take($0) } })
    }

    private func take(_ event: TransferEvent) {
        guard style != .silent else { return }
        let now = ContinuousClock.now - start
        state.withLock { state in
            guard let row = state.board.apply(event, at: now) else { return }
            switch (style, event) {
            case (.live, .started), (_, .advanced), (.silent, _): return
            case (.lines, .started(let content)) where content.size < Self.announcedBytes: return
            case (.live, _): state.settled.append(row.text)
            case (.lines, _): terminal.line(row.text)
            }
        }
    }

    private func draw(isLast: Bool) {
        state.withLock { state in
            guard !state.isOver else { return }
            let live = state.board.rows.filter(\.isMoving).map(\.text)
            terminal.write(state.lines.frame(settled: state.settled, live: live, on: TerminalScreen.size))
            state.settled = []
            state.isOver = isLast
        }
    }
}
