// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText

/// A build as lines that stay: `#5 [build 2/4] RUN make`, `#5 0.312 output`, `#5 DONE 1.2s`.
///
/// Steps that run side by side share the lines; a line says whose it is.
///
/// Source: docker build, `--progress=plain`.
struct PlainBuildProgress {
    private struct Running {
        let number: Int
        let start: Duration
    }

    private var next = 1
    private var steps: [BuildStep: Running] = [:]
    private var errands: [BuildErrand: (number: Int, log: ErrandLog)] = [:]
    private var output = OutputLines()
    private var speaker: Int?

    /// What is to be written for an event that comes `now` after the start.
    mutating func lines(for event: BuildEvent, at now: Duration) -> [String] {
        switch event {
        case .warning(let diagnostic): return [diagnostic.description]
        case .began(let errand): return began(errand, at: now)
        case .moving(let errand, let movement): return moved(errand, movement, at: now)
        case .over(let errand, let end): return ended(errand, end)
        case .image(let reference, let digest): return done("\(reference.familiar) is \(digest)")
        case .stage(let stage, let base, let steps):
            return done(BuildWords.base(of: stage, base: base, steps: steps))
        case .step(let step):
            steps[step] = Running(number: next, start: now)
            next += 1
            return []
        case .output(let step, let output):
            return spoken(self.output.add(output.bytes, of: step), by: step, at: now)
        case .layer: return []
        case .ended(let step, let end): return ended(step, end, at: now)
        case .cacheImported(let location, let count):
            return done("importing cache from \(location): \(Self.steps(count))")
        case .cacheExported(let location, let count):
            return done("exporting cache to \(location): \(Self.steps(count))")
        case .finished(let image): return done("image \(image.manifest.digest)")
        }
    }

    private static func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }

    /// Something that takes no time.
    private mutating func done(_ text: String) -> [String] {
        defer { next += 1 }
        return turn(to: next) + ["#\(next) \(text)"]
    }

    /// The line comes before the work: it can take minutes.
    private mutating func began(_ errand: BuildErrand, at now: Duration) -> [String] {
        errands[errand] = (next, ErrandLog(since: now))
        return done(BuildWords.title(errand))
    }

    private mutating func moved(
        _ errand: BuildErrand, _ movement: BuildMovement, at now: Duration
    ) -> [String] {
        guard let number = errands[errand]?.number else { return [] }
        let lines = errands[errand]?.log.lines(for: movement, at: now) ?? []
        return lines.isEmpty ? [] : header(errand, number) + lines.map { "#\(number) \($0)" }
    }

    private mutating func ended(_ errand: BuildErrand, _ end: BuildStepEnd) -> [String] {
        guard let number = errands.removeValue(forKey: errand)?.number else { return [] }
        return header(errand, number) + ["#\(number) \(Self.word(for: end))"]
    }

    /// The title, when the last line was about something else.
    private mutating func header(_ errand: BuildErrand, _ number: Int) -> [String] {
        guard speaker != number else { return [] }
        return turn(to: number) + ["#\(number) \(BuildWords.title(errand))"]
    }

    private static func word(for end: BuildStepEnd) -> String {
        switch end {
        case .done(let duration): "DONE \(BuildWords.seconds(duration))"
        case .cached: "CACHED"
        case .failed(let duration): "ERROR after \(BuildWords.seconds(duration))"
        }
    }

    private mutating func turn(to number: Int) -> [String] {
        defer { speaker = number }
        return speaker == nil || speaker == number ? [] : [""]
    }

    private mutating func spoken(_ lines: [String], by step: BuildStep, at now: Duration) -> [String] {
        guard let running = steps[step], !lines.isEmpty else { return [] }
        let time = BuildWords.fraction(now - running.start, digits: 3)
        return header(step, running) + lines.map { "#\(running.number) \(time) \($0)" }
    }

    /// The title, when the last line was another step's.
    private mutating func header(_ step: BuildStep, _ running: Running) -> [String] {
        guard speaker != running.number else { return [] }
        return turn(to: running.number) + ["#\(running.number) \(BuildWords.title(step))"]
    }

    private mutating func ended(_ step: BuildStep, _ end: BuildStepEnd, at now: Duration) -> [String] {
        let rest = spoken(output.finish(step), by: step, at: now)
        guard let running = steps.removeValue(forKey: step) else { return rest }
        return rest + header(step, running) + ["#\(running.number) \(Self.word(for: end))"]
    }
}
