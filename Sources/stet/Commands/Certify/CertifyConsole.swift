// SPDX-License-Identifier: Apache-2.0

import Conformance
import Synchronization
import TerminalProgress

/// Tells a run's events to a person: on a terminal what has not passed, and a live line with what is being tried; else
/// a line for each case.
final class CertifyConsole: Sendable {
    private struct State {
        var lines = LiveLines()
        /// Since the last frame.
        var settled: [String] = []
        var current = ""
        var cases = 0
        var done = 0
        var worst: [Verdict: Int] = [:]
        var isOver = false

        /// The live line: `412 of 1034 cases, 1 violated: overwrite-across-flows, …`.
        var text: String {
            let wrong = [Verdict.violated, .inconclusive].compactMap { verdict in
                worst[verdict].map { "\($0) \(verdict.rawValue)" }
            }
            return (["\(done) of \(cases) cases"] + wrong).joined(separator: ", ")
                + (current.isEmpty ? "" : ": \(current)")
        }
    }

    private let isLive = TerminalScreen.isInteractive
    private let state = Mutex(State())

    /// Shows what `body` reports for as long as it runs.
    func show<Value: Sendable>(
        during body: (_ report: @escaping @Sendable (CertifyEvent) -> Void) async throws -> Value
    ) async throws -> Value {
        guard isLive else {
            return try await body { event in
                if let line = event.line { Terminal.error.line(line) }
            }
        }
        return try await LiveFrames.show(
            { self.draw(isLast: $0) }, during: { try await body { self.take($0) } })
    }

    private func take(_ event: CertifyEvent) {
        state.withLock { state in
            switch event {
            case .started(let extent):
                state.cases = extent.cases
                if let line = event.line { state.settled.append(line) }
            case .leftovers: if let line = event.line { state.settled.append(line) }
            case .scenarioStarted(let id, let title): state.current = "\(id), \(title)"
            case .caseEnded(_, let result):
                state.done = min(state.done + 1, state.cases)
                guard result.verdict == .violated || result.verdict == .inconclusive else { return }
                state.worst[result.verdict, default: 0] += 1
                if let line = event.line { state.settled.append(line) }
            case .scenarioEnded: break
            }
        }
    }

    private func draw(isLast: Bool) {
        state.withLock { state in
            guard !state.isOver else { return }
            let live = isLast || state.cases == 0 ? [] : [state.text]
            let screen = TerminalScreen.size
            // What stays is read later: nothing of it is cut.
            let settled = state.settled.flatMap { $0.broken(at: screen.columns - 1) }
            Terminal.error.write(state.lines.frame(settled: settled, live: live, on: screen))
            state.settled = []
            state.isOver = isLast
        }
    }
}

extension String {
    /// Lines of at most `width` characters, broken between words, those after the first moved to the right.
    fileprivate func broken(at width: Int) -> [String] {
        split(separator: "\n").flatMap { line -> [String] in
            guard line.count > width else { return [String(line)] }
            var lines: [String] = []
            for word in line.split(separator: " ") {
                if let last = lines.last, last.count + 1 + word.count <= width {
                    lines[lines.count - 1] = "\(last) \(word)"
                } else {
                    lines.append(lines.isEmpty ? String(word) : "  \(word)")
                }
            }
            return lines
        }
    }
}
