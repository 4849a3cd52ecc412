// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// One round of a race.
struct Race: Sendable {
    let tag: Tag
    let pusher: any Pusher
    let writers: Int

    /// How one writer fared.
    private struct Outcome: Sendable {
        let writer: Int
        let answer: Result<Exchange, TransportError>
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        var requests: [HTTPRequest] = []
        var images: [TestImage] = []
        let barrier = SendBarrier(parties: writers)
        for writer in 1...max(1, writers) {
            let image = run.image("\(tag)-writer-\(writer)", form: pusher.form)
            run.offer(image)
            if let stop = try await pusher.uploadBlobs(of: image, to: run.repository, over: run.wire) {
                return end(ofUpload: stop, in: run)
            }
            var request = pusher.manifestRequest(image, tag, run.repository, over: run.wire)
            request.barrier = barrier
            requests.append(request)
            images.append(image)
        }
        let outcomes = await send(requests, over: run.wire)
        return try await judge(outcomes, images, in: run)
    }

    private func end(ofUpload stop: UploadStop, in run: CaseRun) -> StepEnd {
        switch run.judge.meaning(of: .upload(stop)) {
        case .undetermined(let reason): .inconclusive(reason, stop.exchange)
        case .faulty(let reason): .unprepared(Finding(reason, stop.exchange))
        case .accepted, .refused:
            .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
    }

    private func send(_ requests: [HTTPRequest], over wire: Wire) async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask {
                    do throws(TransportError) {
                        return Outcome(writer: index, answer: .success(try await wire.send(request)))
                    } catch {
                        return Outcome(writer: index, answer: .failure(error))
                    }
                }
            }
            var outcomes: [Outcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.writer < $1.writer }
        }
    }

    /// What is proven counts before what is not known: two winners are two winners, whatever became of a third.
    private func judge(
        _ outcomes: [Outcome], _ images: [TestImage], in run: CaseRun
    ) async throws(TransportError) -> StepEnd {
        var winners: [(writer: Int, exchange: Exchange)] = []
        var faulty: StepEnd?
        var unknown: StepEnd?
        for outcome in outcomes {
            switch outcome.answer {
            case .failure(let error):
                unknown = .inconclusive("writer \(outcome.writer + 1) got no answer: \(error)", nil)
            case .success(let exchange):
                switch run.judge.meaning(of: exchange) {
                case .accepted: winners.append((outcome.writer, exchange))
                case .refused: break
                case .faulty(let reason):
                    faulty = .violated("writer \(outcome.writer + 1): \(reason)", exchange)
                case .undetermined(let reason): unknown = .inconclusive(reason, exchange)
                }
            }
        }
        if winners.count > 1 {
            let claim = "\(winners.count) of \(writers) writers were told that the tag is theirs"
            return .violated("\(claim); \(await run.nowShows(tag))", winners.last?.exchange)
        }
        if let end = faulty ?? unknown { return end }
        guard let winner = winners.first else {
            return .violated("one of \(writers) writers must win, and all were refused", lastAnswer(outcomes))
        }
        return end(ofWinner: images[winner.writer], try await run.state(of: tag), in: run)
    }

    private func lastAnswer(_ outcomes: [Outcome]) -> Exchange? {
        try? outcomes.last?.answer.get()
    }

    private func end(ofWinner image: TestImage, _ state: TagState, in run: CaseRun) -> StepEnd {
        switch state {
        case .shows(image.manifest.digest, _): .passed
        case .shows(let digest, let exchange):
            .violated("the winner sent image \(image.name), and \(tag) shows \(run.label(digest))", exchange)
        case .absent(let exchange):
            .violated("the winner sent image \(image.name), and \(tag) does not exist", exchange)
        case .unclear(let reason, let exchange):
            .violated("what \(tag) shows is unclear: \(reason)", exchange)
        case .undetermined(let reason, let exchange): .inconclusive(reason, exchange)
        }
    }
}
