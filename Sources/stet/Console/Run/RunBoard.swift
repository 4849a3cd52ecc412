// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import TaskFile
import TaskRun

/// What a person is told of a run: turns events into lines, and knows which steps are at work.
struct RunBoard: Sendable {
    /// The last lines of a step that are shown once more, together, when it fails.
    static let groupedLines = 25

    private struct StepState {
        var started: Duration
        var kind: String
        var last: String
        var tail: [String] = []
        /// What its build gets or sends, and how far that is.
        var errands: [BuildErrand: ErrandBytes] = [:]
        /// True when lines of other steps came in between.
        var isMixed = false
    }

    private let showsOutput: Bool
    private let terminal: Terminal
    private var steps: [StepID: StepState] = [:]
    private var order: [StepID] = []
    private var lastWriter: StepID?

    init(showsOutput: Bool = true, styles terminal: Terminal = .error) {
        self.showsOutput = showsOutput
        self.terminal = terminal
    }

    /// The lines that an event is worth.
    mutating func take(_ event: RunEvent, at now: Duration) -> [String] {
        switch event {
        case .runStarted(let identity, let count):
            return [
                line("run \(identity.id)", "\(identity.taskName), \(count) \(count == 1 ? "step" : "steps")")
            ]
        case .stepStarted(let id, let kind, let attempt):
            if steps[id] == nil { order.append(id) }
            steps[id] = StepState(started: steps[id]?.started ?? now, kind: kind, last: kind)
            return [
                line("\(id)", attempt == 1 ? "\(kind) started" : "\(kind) started again (attempt \(attempt))")
            ]
        case .step(let id, let news):
            if case .build(let event) = news { follow(event, of: id, at: now) }
            return take(news, of: id)
        case .stepWillRetry(let id, let failure, let delay):
            steps[id]?.last = "waits for its next try"
            return [
                line("\(id)", terminal.styled("failed: \(failure)", .yellow)),
                line("\(id)", "again in \(delay.text)"),
            ]
        case .stepFinished(let id, let outcome, let duration): return finish(id, outcome, duration)
        case .runFinished(let record): return summary(record)
        }
    }

    /// A line for each step at work.
    func live(at now: Duration) -> [String] {
        order.compactMap { id in
            guard let step = steps[id] else { return nil }
            return "\(Self.spinner(now)) \(id)  \((now - step.started).text)  \(step.last)"
        }
    }

    private static func spinner(_ now: Duration) -> Character {
        let frames: [Character] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        let tenths = now.components.seconds * 10 + now.components.attoseconds / 100_000_000_000_000_000
        return frames[Int(tenths % Int64(frames.count))]
    }

    private mutating func take(_ news: StepNews, of id: StepID) -> [String] {
        if case .line(let text, _) = news {
            if let lastWriter, lastWriter != id { steps[id]?.isMixed = true }
            lastWriter = id
            steps[id]?.last = text
            steps[id]?.tail.append(text)
            if let count = steps[id]?.tail.count, count > 2 * Self.groupedLines {
                steps[id]?.tail.removeFirst(count - Self.groupedLines)
            }
            return showsOutput ? [line("\(id)", text)] : []
        }
        guard let text = text(of: news) else { return [] }
        steps[id]?.last = text
        return [line("\(id)", text)]
    }

    /// Keeps the live line of a step at the bytes that its build waits for.
    private mutating func follow(_ event: BuildEvent, of id: StepID, at now: Duration) {
        switch event {
        case .began(let errand): steps[id]?.errands[errand] = ErrandBytes(since: now)
        case .over(let errand, _): steps[id]?.errands[errand] = nil
        case .moving(let errand, let movement):
            steps[id]?.errands[errand]?.apply(movement, at: now)
            guard let line = steps[id]?.errands[errand]?.lines.first else { return }
            steps[id]?.last = "\(BuildWords.title(errand))  \(line)"
        default: break
        }
    }

    private func text(of news: StepNews) -> String? {
        switch news {
        case .build(let event): StepLine.text(of: event)
        case .pulling(let name): "pulling \(name)"
        case .pushing(let reference): "pushing \(reference)"
        case .published(let reference, let digest):
            terminal.styled("published \(reference)", .green) + " at \(digest)"
        case .alreadyPublished(let reference, let digest):
            terminal.styled("already published: \(reference) is this very image", .green) + ", \(digest)"
        case .notice(let text): terminal.styled(text, .yellow)
        case .wrote, .line: nil
        }
    }

    private mutating func finish(_ id: StepID, _ outcome: StepOutcome, _ duration: Duration) -> [String] {
        let state = steps.removeValue(forKey: id)
        order.removeAll { $0 == id }
        switch outcome {
        case .successful(_, let ignored):
            let note =
                ignored.map { [line("\(id)", terminal.styled("failed, which is ignored: \($0)", .yellow))] }
                ?? []
            return note + [line("\(id)", "successful in \(duration.text)")]
        case .failed(let failure):
            return [line("\(id)", terminal.styled("failed after \(duration.text)", .red))]
                + grouped(state, id)
                + [failure.message]
        case .skipped: return [line("\(id)", terminal.styled("skipped", .dim))]
        case .canceled: return [line("\(id)", terminal.styled("canceled after \(duration.text)", .yellow))]
        }
    }

    /// What a failed step wrote last, where it was not to be seen as one.
    private func grouped(_ state: StepState?, _ id: StepID) -> [String] {
        guard let state, !state.tail.isEmpty, state.isMixed || !showsOutput else { return [] }
        let rule = terminal.styled("── the last lines of \(id) ──", .dim)
        return [rule] + state.tail.suffix(Self.groupedLines) + [terminal.styled("──", .dim)]
    }

    private func summary(_ record: RunRecord) -> [String] {
        let width = record.steps.map(\.id.count).max() ?? 0
        var lines = record.steps.map { step in
            let remark = step.remark.map { "  " + terminal.styled($0, .yellow) } ?? ""
            let ignored = step.ignoredError == nil ? "" : " (errors ignored)"
            return "  \(step.id.padding(to: width))  \(step.type.padding(to: 5))  "
                + "\(step.status.rawValue.padding(to: 10))  \(step.duration.secondsText)\(ignored)\(remark)"
        }
        if let error = record.error, record.steps.allSatisfy({ $0.status != .failed }) { lines.append(error) }
        let style: Terminal.Style = record.status == .succeeded ? .green : .red
        lines.append(
            line(
                "run \(record.id)",
                terminal.styled(record.status.rawValue, style) + " in \(record.duration.secondsText)"))
        return lines
    }

    private func line(_ who: String, _ what: String) -> String {
        "\(terminal.styled("[\(who)]", .bold)) \(what)"
    }
}

extension String {
    /// At least `width` characters, with blanks at the end.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Double {
    /// Seconds with two digits after the point: `0.12 s`.
    var secondsText: String {
        let hundredths = Int((self * 100).rounded())
        return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst()) s"
    }
}

extension Duration {
    /// Seconds with two digits after the point: `0.12 s`.
    var text: String {
        (Double(components.seconds) + Double(components.attoseconds) / 1e18).secondsText
    }
}
