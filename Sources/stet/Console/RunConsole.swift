// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import TaskFile
import TaskRun

/// Tells a run's events to a person, one line each.
struct RunConsole: Sendable {
    let terminal: Terminal

    func show(_ event: RunEvent) {
        switch event {
        case .runStarted(let identity, let steps):
            say("run \(identity.id)", "\(identity.taskName), \(steps) \(steps == 1 ? "step" : "steps")")
        case .stepStarted(let id, let kind, let attempt):
            say("\(id)", attempt == 1 ? "\(kind) started" : "\(kind) started again (attempt \(attempt))")
        case .step(let id, let news): show(news, of: id)
        case .stepWillRetry(let id, let failure, let delay):
            say("\(id)", terminal.styled("failed: \(failure)", .yellow))
            say("\(id)", "again in \(delay.text)")
        case .stepFinished(let id, let outcome, let duration): show(outcome, of: id, after: duration)
        case .runFinished(let record): show(record)
        }
    }

    private func show(_ news: StepNews, of id: StepID) {
        switch news {
        case .build(let event): BuildConsole(terminal: terminal, prefix: "\(id)").show(event)
        case .pushing(let reference): say("\(id)", "pushing \(reference)")
        case .published(let reference, let digest):
            say("\(id)", terminal.styled("published \(reference)", .green) + " at \(digest)")
        case .alreadyPublished(let reference, let digest):
            say(
                "\(id)",
                terminal.styled("already published: \(reference) is this very image", .green) + ", \(digest)")
        }
    }

    private func show(_ outcome: StepOutcome, of id: StepID, after duration: Duration) {
        switch outcome {
        case .successful(_, let ignored):
            if let ignored { say("\(id)", terminal.styled("failed, which is ignored: \(ignored)", .yellow)) }
            say("\(id)", "successful in \(duration.text)")
        case .failed(let failure):
            say("\(id)", terminal.styled("failed after \(duration.text)", .red))
            terminal.line(failure.message)
        case .skipped: say("\(id)", terminal.styled("skipped", .dim))
        case .canceled: say("\(id)", terminal.styled("canceled after \(duration.text)", .yellow))
        }
    }

    private func show(_ record: RunRecord) {
        let width = record.steps.map(\.id.count).max() ?? 0
        for step in record.steps {
            let name = step.id.padding(to: width)
            terminal.line("  \(name)  \(step.type)  \(step.status.rawValue)  \(step.duration.secondsText)")
        }
        let style: Terminal.Style = record.status == .succeeded ? .green : .red
        say(
            "run \(record.id)",
            terminal.styled(record.status.rawValue, style) + " in \(record.duration.secondsText)")
    }

    private func say(_ who: String, _ what: String) {
        terminal.line("\(terminal.styled("[\(who)]", .bold)) \(what)")
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
    fileprivate var secondsText: String {
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
