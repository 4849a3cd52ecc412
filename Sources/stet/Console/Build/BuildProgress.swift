// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageBuild
import ImageStore
import Synchronization
import TerminalProgress

/// Shows a build on standard error while it goes on.
final class BuildProgress: Sendable {
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        /// `tty` on a terminal that can move its cursor, else `plain`.
        case auto
        case plain
        case tty
        /// One event a line: docs/dockerfile.md.
        case json
        case quiet

        init?(argument: String) {
            self.init(rawValue: argument.isEmpty ? "auto" : argument)
        }
    }

    /// What a person has said: the option, and where that leaves it open the variable that docker has for it.
    ///
    /// Source: docker buildx build, whose `rawjson` is our `json`.
    static func mode(_ option: Mode) throws -> Mode {
        guard option == .auto, let text = Environment.value("BUILDKIT_PROGRESS") else { return option }
        guard let mode = Mode(rawValue: text == "rawjson" ? "json" : text) else {
            let known = (Mode.allCases.map(\.rawValue) + ["rawjson"]).joined(separator: ", ")
            throw CommandFailure(
                "BUILDKIT_PROGRESS is \"\(text)\", which is none of \(known)", exitCode: CommandFailure.usage)
        }
        return mode
    }

    private struct State {
        var plain = PlainBuildProgress()
        var board = BuildBoard()
        var json = JSONBuildProgress()
        var lines = LiveLines()
        var isOver = false
    }

    private let mode: Mode
    private let terminal = Terminal.error
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ mode: Mode) {
        self.mode = mode == .auto ? (TerminalScreen.isInteractive ? .tty : .plain) : mode
    }

    /// Nothing but results and errors is printed, or nothing but events.
    var isSilent: Bool { mode == .quiet || mode == .json }

    /// A program reads along: all that happens is an event.
    var isForPrograms: Bool { mode == .json }

    /// Shows what `body` reports for as long as it runs.
    ///
    /// `isWhole`: false for what comes before the build itself.
    func show<Value: Sendable>(
        isWhole: Bool = true,
        during body: (_ report: @escaping @Sendable (BuildEvent) -> Void) async throws -> Value
    ) async throws -> Value {
        guard mode == .tty else { return try await body { self.take($0) } }
        state.withLock { $0.isOver = false }
        return try await LiveFrames.show(
            { self.draw(isLast: $0, isWhole: isWhole) }, during: { try await body { self.take($0) } })
    }

    /// With `json` a failure is an event, too, and nothing else is said of it.
    func told(_ error: any Error) -> any Error {
        guard mode == .json, let failure = error as? CommandFailure, !failure.message.isEmpty else {
            return error
        }
        let now = ContinuousClock.now - start
        state.withLock { state in
            for line in state.json.lines(for: failure, at: now) { terminal.line(line) }
        }
        return CommandFailure(exitCode: failure.exitCode)
    }

    private func take(_ event: BuildEvent) {
        let now = ContinuousClock.now - start
        state.withLock { state in
            switch mode {
            case .quiet: break
            case .json: terminal.lines(state.json.lines(for: event, at: now))
            case .tty: state.board.apply(event, at: now)
            case .auto, .plain: terminal.lines(state.plain.lines(for: event, at: now))
            }
        }
    }

    private func draw(isLast: Bool, isWhole: Bool) {
        let now = ContinuousClock.now - start
        state.withLock { state in
            guard !state.isOver else { return }
            state.isOver = isLast
            let settled = state.board.takeSettled()
            let live = isLast ? [] : state.board.liveLines(at: now)
            let summary = isLast && isWhole ? [state.board.summary(at: now)] : []
            terminal.write(
                state.lines.frame(settled: settled + summary, live: live, on: TerminalScreen.size))
        }
    }
}
