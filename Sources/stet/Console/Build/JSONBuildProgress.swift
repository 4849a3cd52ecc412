// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
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
        var bytes: Int64?
        var mediaType: MediaType?
        var state: String?
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
    private var errands: [BuildErrand: Int] = [:]

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
        case .began(let errand): return started(errand, at: time)
        case .moving(let errand, let movement): return Self.moved(errands[errand], movement, at: time)
        case .over(let errand, let end): return ended(errands.removeValue(forKey: errand), end, at: time)
        case .image(let reference, let digest):
            return Event(event: "image", time: time, digest: digest, reference: reference.description)
        case .stage(let stage, let base, let steps):
            return Event(
                event: "stage", time: time, stage: stage.name, platform: "\(stage.platform)", count: steps,
                reference: base)
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
            event: "step", time: time, id: next, stage: step.stage.name, platform: "\(step.stage.platform)",
            number: step.number, count: step.count, text: step.text, file: step.location.file,
            line: step.location.line)
    }

    private mutating func started(_ errand: BuildErrand, at time: Double) -> Event {
        errands[errand] = next
        defer { next += 1 }
        var event = Event(event: Self.name(of: errand.kind), time: time, id: next, place: errand.place)
        switch errand.kind {
        case .image(let platform): (event.kind, event.platform) = ("image", "\(platform)")
        case .context: event.kind = "context"
        case .namedContext(let name): (event.kind, event.name) = ("namedContext", name)
        case .file(let step):
            (event.kind, event.stage, event.platform) = ("file", step.stage.name, "\(step.stage.platform)")
        case .unpacking(let stage), .reading(let stage):
            (event.stage, event.platform) = (stage.name, "\(stage.platform)")
        case .cacheImport: event.kind = "cache"
        case .recompressing(let digest): event.digest = digest
        case .cachedLayer(let digest): (event.kind, event.digest) = ("cacheLayer", digest)
        case .cacheExport, .output, .push: break
        }
        return event
    }

    private static func name(of errand: BuildErrand.Kind) -> String {
        switch errand {
        case .image, .context, .namedContext, .file, .cacheImport, .cachedLayer: "fetch"
        case .unpacking: "unpack"
        case .reading: "read"
        case .recompressing: "recompress"
        case .cacheExport, .output: "export"
        case .push: "push"
        }
    }

    private static func moved(_ id: Int?, _ movement: BuildMovement, at time: Double) -> Event {
        var event = Event(event: "transfer", time: time, id: id)
        switch movement {
        case .file(let bytes, let total):
            (event.state, event.bytes, event.size) = ("receiving", bytes, total)
        case .retrying(let reason): event = Event(event: "retry", time: time, id: id, message: reason)
        case .content(let content):
            (event.digest, event.size) = (content.descriptor.digest, content.descriptor.size)
            event.mediaType = content.descriptor.mediaType
            switch content {
            case .started: event.state = "started"
            case .advanced(_, let phase, let bytes):
                (event.state, event.bytes) = (phase == .sending ? "sending" : "receiving", bytes)
            case .finished: event.state = "done"
            case .mounted(_, let repository): (event.state, event.name) = ("mounted", "\(repository)")
            case .exists: event.state = "exists"
            }
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
