// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `time: {image: b, tag: v1, pairs: $pairs}`: how long a refusal takes, beside how long a success takes.
///
/// The same manifest goes in turn to a new name, which must be accepted, and to the tag, which must be refused. A
/// pair with an answer that says nothing, such as 429, or that breaks off, does not count.
struct TimeStep: StepAction {
    private enum Expectation: String, CaseIterable {
        /// A refusal takes no more than twice as long as a success.
        case prompt
    }

    /// What is less is no delay that anybody would notice or make.
    static let slack = Duration.milliseconds(100)
    /// With fewer, a median says little.
    private static let leastPairs = 5

    private let subject: PushSubject
    private let tag: Tag
    private let pairs: CountReference

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "time", known: PushSubject.keys + ["tag", "pairs"])
        subject = try PushSubject(fields, source.names)
        tag = try fields.required("tag").tag()
        pairs = try source.names.count(try fields.required("pairs"), "pairs", .repetitions)
        let _: Expectation = try source.requiredExpect("prompt").word("expectation")
    }

    var bounds: [(String, CountBounds)] { pairs.bounds(.repetitions) }
    var places: [Place] { [subject.place] }
    var flows: [FlowReference] { [subject.flow] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes)
            + sizes.manifest(subject.pusher(in: run).form) * (2 * max(1, run.count(pairs)))
    }

    func describe(in run: CaseRun) -> String {
        "time \(run.count(pairs)) pushes of \(subject.clause) to \(tag), and as many to new tags"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        let (pusher, repository) = (subject.pusher(in: run), subject.repository(in: run))
        if let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire) {
            return .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
        var (successes, refusals): ([Duration], [Duration]) = ([], [])
        var last: Exchange?
        for number in 1...max(1, run.count(pairs)) {
            guard let free = try? Tag("\(tag)-\(number)") else { continue }
            guard let success = try await timed(image, as: free, in: run),
                let refusal = try await timed(image, as: tag, in: run)
            else { continue }
            last = refusal.exchange
            switch (run.judge.meaning(of: success.exchange), run.judge.meaning(of: refusal.exchange)) {
            case (.accepted, .refused):
                successes.append(success.time)
                refusals.append(refusal.time)
            case (.undetermined, _), (_, .undetermined): continue
            case (.accepted, _):
                return .unprepared(
                    Finding("it was not refused: \(refusal.exchange.summary)", refusal.exchange))
            default:
                return .unprepared(
                    Finding("a new tag was not made: \(success.exchange.summary)", success.exchange))
            }
        }
        return judge(successes, refusals, last, &run)
    }

    private func judge(
        _ successes: [Duration], _ refusals: [Duration], _ last: Exchange?, _ run: inout CaseRun
    ) -> StepEnd {
        guard successes.count >= min(TimeStep.leastPairs, run.count(pairs)),
            let success = successes.median, let refusal = refusals.median
        else { return .unprepared(Finding("too few answers say how long one takes", last)) }
        let times = "\(refusal.inMilliseconds) for a refusal, \(success.inMilliseconds) for a success"
        run.notes.append("\(times) (medians of \(successes.count))")
        guard refusal > success * 2, refusal > success + TimeStep.slack else { return .passed }
        return .violated("a refusal must not take longer than twice a success, and it is \(times)", last)
    }

    /// Sends once, without patience: waiting is not the registry's time.
    ///
    /// - Returns: The answer, and how long it took; nil for one that broke off.
    private func timed(
        _ image: TestImage, as tag: Tag, in run: CaseRun
    ) async throws(TransportError) -> (exchange: Exchange, time: Duration)? {
        let request = subject.pusher(in: run).manifestRequest(
            image, .tag(tag), subject.repository(in: run), over: run.wire)
        _ = await run.context.patience.takeTurn(request)
        let start = run.context.now()
        do throws(TransportError) {
            let exchange = try await run.wire.sendOnce(request)
            return (exchange, run.context.now() - start)
        } catch {
            guard error.kind == .interrupted else { throw error }
            return nil
        }
    }
}

extension [Duration] {
    fileprivate var median: Duration? { isEmpty ? nil : sorted()[count / 2] }
}

extension Duration {
    /// `12 ms`.
    fileprivate var inMilliseconds: String {
        "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) ms"
    }
}
