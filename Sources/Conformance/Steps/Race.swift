// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// One round of a race.
struct Race: Sendable {
    let tag: Tag
    let pusher: any Pusher
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

    func run(in run: inout CaseRun) async throws(TransportError) -> Result<RaceOutcome, NotRun> {
        let barrier = SendBarrier(parties: writers + (terms.deletes ? 1 : 0))
        var starts: [Start] = []
        var standing: TestImage?
        if terms.deletes {
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
            let image = run.image(name(of: writer), form: pusher.form)
            run.offer(image)
            if let stop = try await pusher.uploadContent(of: image, to: run.repository, over: run.wire) {
                return .failure(NotRun(end: end(ofUpload: stop, in: run)))
            }
            let tag = terms.tags == .each ? (try? Tag("\(tag)-\(writer)")) ?? tag : tag
            let front = pusher.manner.wire(fronts[writer % fronts.count])
            var request = claim(of: tag, image, by: writer, in: run, over: front)
            request.barrier = barrier
            starts.append(
                Start(name: "writer \(writer)", image: image, tag: tag, request: request, front: front))
        }
        return .success(try await send(starts, standing, in: run))
    }

    private func name(of writer: Int) -> String {
        switch terms.images {
        case .distinct: "\(tag)-writer-\(writer)"
        case .same: "\(tag)-same"
        case .camps: "\(tag)-camp-\(writer % 2 == 0 ? "even" : "odd")"
        }
    }

    private func claim(
        of tag: Tag, _ image: TestImage, by writer: Int, in run: CaseRun, over wire: Wire
    ) -> HTTPRequest {
        let usesParameter = terms.claims == .parameter || (terms.claims == .both && writer % 2 == 0)
        guard usesParameter else {
            return pusher.manifestRequest(image, .tag(tag), run.repository, over: wire)
        }
        var request = pusher.manifestRequest(
            image, .digest(image.manifest.digest), run.repository, over: wire)
        request.url = request.url.adding("tag", tag.rawValue)
        return request
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
        _ starts: [Start], _ standing: TestImage?, in run: CaseRun
    ) async throws(TransportError) -> RaceOutcome {
        let now = run.context.now
        let begin = now()
        let reader = Task { await TagReader(tag: tag, run: run).watch() }
        let entries = await withTaskGroup(of: (Int, RaceOutcome.Entry).self) { group in
            for (index, start) in starts.enumerated() {
                group.addTask { (index, await Race.entry(of: start, now, since: begin)) }
            }
            var entries: [(Int, RaceOutcome.Entry)] = []
            for await entry in group { entries.append(entry) }
            return entries.sorted { $0.0 < $1.0 }.map(\.1)
        }
        reader.cancel()
        var outcome = RaceOutcome(tag: tag, entries: entries, standing: standing)
        outcome.seen = await reader.value
        // What readers see once it is over belongs to the sequence, too.
        for _ in 0..<RaceOutcome.readsAfterwards { outcome.see(try await run.state(of: tag)) }
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
            answer: answer, start: from, end: now() - begin)
    }
}
