// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText

/// A build as a board: a line for each running step with its last lines of output, finished ones settled above.
///
/// Source: docker build, `--progress=tty`.
struct BuildBoard {
    private struct Running {
        let step: BuildStep
        let start: Duration
        /// The newest last.
        var tail: [String] = []
    }

    /// How much of the output of a running step is shown.
    private static let tailLines = 6

    private var running: [Running] = []
    private var errands: [(errand: BuildErrand, start: Duration, bytes: ErrandBytes)] = []
    private var settled: [String] = []
    private var output = OutputLines()
    private var finishedSteps = 0
    private var totalSteps = 0
    private var hasFailed = false

    mutating func apply(_ event: BuildEvent, at now: Duration) {
        switch event {
        case .warning(let diagnostic):
            settled += diagnostic.description.split(separator: "\n").map(String.init)
        case .began(let errand): errands.append((errand, now, ErrandBytes(since: now)))
        case .moving(let errand, let movement): move(errand, movement, at: now)
        case .over(let errand, let end): self.end(errand, end)
        case .image(let reference, let digest): settled.append(" => \(reference.familiar) is \(digest)")
        case .stage(let stage, let base, let steps):
            totalSteps += steps
            settled.append(" => \(BuildWords.base(of: stage, base: base, steps: steps))")
        case .step(let step): running.append(Running(step: step, start: now))
        case .output(let step, let piece): add(output.add(piece.bytes, of: step), to: step)
        case .layer: break
        case .ended(let step, let end):
            add(output.finish(step), to: step)
            self.end(step, end)
        case .cacheImported(let location, let steps):
            settled.append(" => cache of \(steps) steps from \(location)")
        case .cacheExported(let location, let steps):
            settled.append(" => cache of \(steps) steps to \(location)")
        case .finished(let image): settled.append(" => image \(image.manifest.digest)")
        }
    }

    /// What has come to its end since the last call.
    mutating func takeSettled() -> [String] {
        defer { settled = [] }
        return settled
    }

    func liveLines(at now: Duration) -> [String] {
        var lines = [summary(at: now)]
        for (errand, start, bytes) in errands {
            lines.append(" => \(BuildWords.title(errand))  \(BuildWords.seconds(now - start))")
            lines += bytes.lines.map { " => => \($0)" }
        }
        for row in running {
            lines.append(" => \(BuildWords.title(row.step))  \(BuildWords.seconds(now - row.start))")
            lines += row.tail.map { " => => # \($0)" }
        }
        return lines
    }

    /// `[+] Building 1.2s (5/8)`.
    func summary(at now: Duration) -> String {
        let word = hasFailed ? "FAILED" : finishedSteps == totalSteps && running.isEmpty ? "FINISHED" : ""
        let count = "(\(finishedSteps)/\(totalSteps))"
        return "[+] Building \(BuildWords.seconds(now)) \(count)\(word.isEmpty ? "" : " \(word)")"
    }

    private mutating func add(_ lines: [String], to step: BuildStep) {
        guard !lines.isEmpty, let index = running.firstIndex(where: { $0.step == step }) else { return }
        running[index].tail = (running[index].tail + lines).suffix(Self.tailLines)
    }

    private mutating func move(_ errand: BuildErrand, _ movement: BuildMovement, at now: Duration) {
        guard let index = errands.firstIndex(where: { $0.errand == errand }) else { return }
        errands[index].bytes.apply(movement, at: now)
        guard case .retrying(let reason) = movement else { return }
        settled.append(" => \(BuildWords.title(errand))  \(reason); trying again")
    }

    private mutating func end(_ errand: BuildErrand, _ end: BuildStepEnd) {
        let index = errands.firstIndex { $0.errand == errand }
        let bytes = index.flatMap { errands.remove(at: $0).bytes.total }.map { "  \($0)" } ?? ""
        let title = BuildWords.title(errand) + bytes
        switch end {
        case .done(let duration): settled.append(" => \(title)  \(BuildWords.seconds(duration))")
        case .cached: settled.append(" => CACHED \(title)")
        case .failed(let duration):
            hasFailed = true
            settled.append(" => ERROR \(title)  \(BuildWords.seconds(duration))")
        }
    }

    private mutating func end(_ step: BuildStep, _ end: BuildStepEnd) {
        guard let index = running.firstIndex(where: { $0.step == step }) else { return }
        running.remove(at: index)
        let title = BuildWords.title(step)
        switch end {
        case .done(let duration):
            finishedSteps += 1
            settled.append(" => \(title)  \(BuildWords.seconds(duration))")
        case .cached:
            finishedSteps += 1
            settled.append(" => CACHED \(title)")
        case .failed(let duration):
            hasFailed = true
            settled.append(" => ERROR \(title)  \(BuildWords.seconds(duration))")
        }
    }
}
