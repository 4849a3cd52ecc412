// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText

/// A build as JSON objects, one a line: what they have is in docs/dockerfile.md.
struct JSONBuildProgress {
    /// One event; what does not belong to it is left out.
    private struct Event: Encodable {
        let event: String
        /// Seconds since the start of the build.
        let time: Double
        var id: Int?
        var stage: String?
        var platform: String?
        var number: Int?
        var count: Int?
        var text: String?
        var file: String?
        var line: Int?
        var column: Int?
        var message: String?
        var hint: String?
        var stream: String?
        var digest: Digest?
        var size: Int64?
        var reference: String?
        var result: String?
        var seconds: Double?
        var kind: String?
        var name: String?
        var place: String?
        var cache: String?
        var steps: Int?

        /// Takes the place that a diagnostic has, and what it says.
        func saying(_ diagnostic: Diagnostic) -> Event {
            var event = self
            let location = diagnostic.location
            (event.file, event.message, event.hint) = (location.file, diagnostic.message, diagnostic.hint)
            if !location.isWhole { (event.line, event.column) = (location.line, location.column) }
            return event
        }
    }

    private var next = 1
    private var numbers: [BuildStep: Int] = [:]
    private var fetches: [BuildFetch: Int] = [:]

    mutating func lines(for event: BuildEvent, at now: Duration) -> [String] {
        guard let bytes = try? JSONDocument.encode(value(of: event, at: now)) else { return [] }
        return [String(decoding: bytes, as: UTF8.self)]
    }

    /// What ended the build: an event for each thing that is wrong.
    func lines(for failure: CommandFailure, at now: Duration) -> [String] {
        let event = Event(event: "error", time: now.secondsValue)
        var events = failure.diagnostics.map { event.saying($0) }
        if events.isEmpty {
            events.append(event)
            events[0].message = failure.message
        }
        return events.compactMap { try? JSONDocument.encode($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func value(of event: BuildEvent, at now: Duration) -> Event {
        let time = now.secondsValue
        switch event {
        case .warning(let diagnostic):
            return Event(event: "warning", time: time).saying(diagnostic)
        case .fetching(let fetch): return started(fetch, at: time)
        case .fetched(let fetch, let end): return ended(fetches.removeValue(forKey: fetch), end, at: time)
        case .image(let reference, let digest):
            return Event(event: "image", time: time, digest: digest, reference: reference.description)
        case .stage(let name, let base, let steps):
            return Event(event: "stage", time: time, stage: name, count: steps, reference: base)
        case .step(let step): return started(step, at: time)
        case .output(let step, let output):
            return Event(
                event: "output", time: time, id: numbers[step],
                text: String(decoding: output.bytes, as: UTF8.self), stream: output.stream.rawValue)
        case .layer(let step, let layer):
            return Event(
                event: "layer", time: time, id: numbers[step], digest: layer.digest, size: layer.size)
        case .ended(let step, let end): return ended(numbers[step], end, at: time)
        case .cacheImported(let location, let steps):
            return Event(event: "cacheImported", time: time, cache: "\(location)", steps: steps)
        case .cacheExported(let location, let steps):
            return Event(event: "cacheExported", time: time, cache: "\(location)", steps: steps)
        case .finished(let image): return Event(event: "finished", time: time, digest: image.manifest.digest)
        }
    }

    private mutating func started(_ step: BuildStep, at time: Double) -> Event {
        numbers[step] = next
        defer { next += 1 }
        return Event(
            event: "step", time: time, id: next, stage: step.stage, platform: "\(step.platform)",
            number: step.number, count: step.count, text: step.text, file: step.location.file,
            line: step.location.line)
    }

    private mutating func started(_ fetch: BuildFetch, at time: Double) -> Event {
        fetches[fetch] = next
        defer { next += 1 }
        var event = Event(event: "fetch", time: time, id: next, place: fetch.place)
        switch fetch.kind {
        case .image(let platform): (event.kind, event.platform) = ("image", "\(platform)")
        case .context: event.kind = "context"
        case .namedContext(let name): (event.kind, event.name) = ("namedContext", name)
        }
        return event
    }

    private func ended(_ id: Int?, _ end: BuildStepEnd, at time: Double) -> Event {
        let (result, seconds): (String, Double?) =
            switch end {
            case .done(let duration): ("done", duration.secondsValue)
            case .cached: ("cached", nil)
            case .failed(let duration): ("failed", duration.secondsValue)
            }
        return Event(event: "ended", time: time, id: id, result: result, seconds: seconds)
    }
}

extension Duration {
    /// Rounded to milliseconds.
    fileprivate var secondsValue: Double {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        return Double(milliseconds) / 1_000
    }
}
