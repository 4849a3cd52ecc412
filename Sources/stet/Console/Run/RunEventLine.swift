// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OCISpec
import TaskFile
import TaskRun

/// An event of a run as one JSON object, for `--log-format json`.
///
/// `docs/runs.md` says which members each event has; new ones may come, those that are there stay.
struct RunEventLine: Encodable {
    /// RFC 3339 with milliseconds, in UTC.
    let time = RunEventLine.now()
    let event: String
    var run: String?
    var task: String?
    var step: String?
    var type: String?
    var attempt: Int?
    var stream: String?
    var text: String?
    var image: String?
    var digest: String?
    var status: String?
    var exitCode: Int?
    var seconds: Double?
    var record: RunRecord?

    /// nil for what is no event to others.
    init?(_ event: RunEvent) {
        switch event {
        case .runStarted(let identity, _):
            self.event = "run.started"
            run = identity.id
            task = identity.taskName
        case .stepStarted(let id, let kind, let attempt):
            self.event = "step.started"
            (step, type, self.attempt) = (id.name, kind, attempt)
        case .step(let id, let news):
            guard let name = Self.name(of: news) else { return nil }
            self.event = name
            step = id.name
            take(news)
        case .stepWillRetry(let id, let failure, let delay):
            self.event = "step.retry"
            (step, text, exitCode, seconds) = (id.name, failure.message, failure.exitCode, delay.inSeconds)
        case .stepFinished(let id, let outcome, let duration):
            self.event = "step.finished"
            (step, status, exitCode, seconds) = (
                id.name, outcome.status.rawValue, outcome.exitCode, duration.inSeconds
            )
            if case .failed(let failure) = outcome { text = failure.message }
        case .runFinished(let record):
            self.event = "run.finished"
            (run, task, status, seconds) = (record.id, record.task, record.status.rawValue, record.duration)
            self.record = record
        }
    }

    private static func name(of news: StepNews) -> String? {
        switch news {
        case .build(let event): StepLine.text(of: event) == nil ? nil : "step.build"
        case .pulling: "step.pulling"
        case .pushing: "step.pushing"
        case .published: "step.published"
        case .alreadyPublished: "step.alreadyPublished"
        case .line: "step.output"
        case .notice: "step.notice"
        case .wrote: nil
        }
    }

    private mutating func take(_ news: StepNews) {
        switch news {
        case .build(let event): text = StepLine.text(of: event)
        case .pulling(let name): image = name
        case .pushing(let reference): image = "\(reference)"
        case .published(let reference, let digest), .alreadyPublished(let reference, let digest):
            (image, self.digest) = ("\(reference)", "\(digest)")
        case .line(let text, let stream): (self.text, self.stream) = (text, stream.rawValue)
        case .notice(let text): self.text = text
        case .wrote: break
        }
    }

    var json: String? {
        (try? JSONDocument.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func now() -> String {
        let now = Date().timeIntervalSince1970
        let milliseconds = String(Int((now - now.rounded(.down)) * 1000) + 1000).dropFirst()
        return UTCTime(secondsSinceEpoch: Int(now.rounded(.down))).rfc3339.dropLast() + ".\(milliseconds)Z"
    }
}
