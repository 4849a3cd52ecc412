// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// One round of a race.
struct Race: Sendable {
    let tag: Tag
    /// The writers take them in turn.
    let pushers: [any Pusher]
    let writers: Int
    let terms: RaceTerms

    /// The race did not begin.
    struct NotRun: Error { let end: StepEnd }

    private struct Start: Sendable {
        let name: String
        let image: TestImage?
        let tag: Tag
        let request: HTTPRequest
        let front: Wire

        var isByParameter: Bool { image != nil && request.url.query != nil }
    }

    private struct Writer {
        let number: Int
        let pusher: any Pusher
        let front: Wire
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> Result<RaceOutcome, NotRun> {
        let barrier = SendBarrier(parties: writers + (terms.deletes ? 1 : 0))
        var starts: [Start] = []
        var standing: TestImage?
        if terms.deletes, let pusher = pushers.first {
            let image = run.image("\(tag)-before", form: pusher.form)
            run.offer(image)
            let answer = try await pusher.push(image, as: .tag(tag), of: run.repository, over: run.wire)
            guard case .accepted = run.judge.meaning(of: answer) else {
                let finding = Finding(
                    "the first push was not taken: \(answer.exchange.summary)", answer.exchange)
                return .failure(NotRun(end: .unprepared(finding)))
            }
            standing = image
            var request = run.wire.request(.delete, .manifest(run.repository, .tag(tag)))
            request.barrier = barrier
            starts.append(Start(name: "delete", image: nil, tag: tag, request: request, front: run.wire))
        }
        let fronts = terms.fronts == .all ? run.context.fronts(of: run.wire) : [run.wire]
        for writer in 1...max(1, writers) {
            let writer = Writer(
                number: writer, pusher: pushers[(writer - 1) % pushers.count],
                front: fronts[writer % fronts.count])
            let image = run.image(name(of: writer.number), form: writer.pusher.form)
            run.offer(image)
            let stop = try await writer.pusher.uploadContent(
                of: image, to: run.repository, over: writer.front)
            if let stop { return .failure(NotRun(end: end(ofUpload: stop, in: run))) }
            starts.append(start(of: writer, image, at: barrier, in: run))
        }
        return .success(try await send(starts, standing, fronts, in: run))
    }

    private func name(of writer: Int) -> String {
        switch terms.images {
        case .distinct: "\(tag)-writer-\(writer)"
        case .same: "\(tag)-same"
        case .camps: "\(tag)-camp-\(writer % 2 == 0 ? "even" : "odd")"
        }
    }

    private func start(
        of writer: Writer, _ image: TestImage, at barrier: SendBarrier, in run: CaseRun
    ) -> Start {
        let tag = terms.tags == .each ? (try? Tag("\(tag)-\(writer.number)")) ?? tag : tag
        let front = writer.pusher.manner.wire(writer.front)
        let usesParameter = terms.claims == .parameter || (terms.claims == .both && writer.number % 2 == 0)
        let name = usesParameter ? RegistryRoute.ManifestReference.digest(image.manifest.digest) : .tag(tag)
        var request = writer.pusher.manifestRequest(image, name, run.repository, over: front)
        if usesParameter { request.url = request.url.adding("tag", tag.rawValue) }
        request.barrier = barrier
        return Start(
            name: "writer \(writer.number)", image: image, tag: tag, request: request, front: front)
    }

    private func end(ofUpload stop: UploadStop, in run: CaseRun) -> StepEnd {
        switch run.judge.meaning(of: .upload(stop)) {
        case .undetermined(let reason): .inconclusive(reason, stop.exchange)
        case .faulty(let reason): .unprepared(Finding(reason, stop.exchange))
        case .accepted, .refused:
            .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
    }

    private func send(
        _ starts: [Start], _ standing: TestImage?, _ fronts: [Wire], in run: CaseRun
    ) async throws(TransportError) -> RaceOutcome {
        await run.context.patience.makeRoom(for: starts.count)
        let now = run.context.now
        let begin = now()
        let caseTime = run.wire.clock?.elapsed ?? .zero
        let watcher = TagReader(tag: tag, repository: run.repository, fronts: fronts)
        let reader = Task { await watcher.watch() }
        let entries = await withTaskGroup(of: (Int, RaceOutcome.Entry).self) { group in
            for (index, start) in starts.enumerated() {
                group.addTask { (index, await Race.entry(of: start, now, since: begin)) }
            }
            var entries: [(Int, RaceOutcome.Entry)] = []
            for await entry in group { entries.append(entry) }
            return entries.sorted { $0.0 < $1.0 }.map(\.1)
        }
        reader.cancel()
        var outcome = RaceOutcome(tag: tag, entries: entries, standing: standing, begin: caseTime)
        outcome.sightings = await reader.value
        // What readers see once it is over belongs to the sequence, too.
        for _ in 0..<RaceOutcome.readsAfterwards { outcome.see(try await run.state(of: tag)) }
        for front in fronts where fronts.count > 1 {
            let state = try await front.state(of: .manifest(run.repository, .tag(tag)))
            outcome.views.append(RaceOutcome.View(authority: front.registry.authority, state: state))
        }
        return outcome
    }

    private static func entry(
        of start: Start, _ now: @Sendable () -> Duration, since begin: Duration
    ) async -> RaceOutcome.Entry {
        let from = now() - begin
        // A request without a body has no last byte to hold: all of it is held.
        var request = start.request
        if request.body == nil, let barrier = request.barrier {
            request.barrier = nil
            await withCheckedContinuation { continuation in barrier.arrive { continuation.resume() } }
        }
        let answer: Result<Exchange, TransportError>
        do throws(TransportError) {
            answer = .success(try await start.front.send(request))
        } catch {
            answer = .failure(error)
        }
        return RaceOutcome.Entry(
            name: start.name, image: start.image, tag: start.tag, isByParameter: start.isByParameter,
            request: start.request, answer: answer, start: from, end: now() - begin)
    }
}
