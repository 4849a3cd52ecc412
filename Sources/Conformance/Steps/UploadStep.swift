// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `upload: {image: a, with: FLOW}`: uploads the blobs of an image, and nothing else.
///
/// With `writers` that many clients do it at the same time. With `begun-in` the session of each blob is begun in
/// another repository. With `abandon` that many uploads are begun and left alone. With `steps` those are done between
/// the beginning and the end of the first blob's session.
struct UploadStep: StepAction {
    private let subject: PushSubject
    private let writers: CountReference
    private let begunIn: Place?
    private let abandoned: CountReference
    let steps: [Step]
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(
            source.value, "upload", known: PushSubject.keys + ["writers", "begun-in", "abandon", "steps"])
        let names = source.names
        subject = try PushSubject(fields, names)
        writers =
            try fields["writers"].map { value throws(Diagnostic) in
                try names.count(value, "writers", .writers)
            } ?? .literal(1)
        abandoned =
            try fields["abandon"].map { value throws(Diagnostic) in
                try names.count(value, "abandon", .repetitions)
            } ?? .literal(0)
        steps =
            try fields["steps"].map { value throws(Diagnostic) in
                try StepSource.steps(value, under: "\(source.path).", names: names)
            } ?? []
        begunIn = try fields["begun-in"].map { value throws(Diagnostic) in try value.place() }
        expect =
            try source.expect.map { value throws(Diagnostic) in
                try AnswerExpectation(value, allowing: AnswerExpectation.ofWrite)
            } ?? .accepted
    }

    var bounds: [(String, CountBounds)] {
        writers.bounds(.writers) + abandoned.bounds(.repetitions) + steps.flatMap(\.action.bounds)
    }
    var places: [Place] {
        [subject.place] + (begunIn.map { [$0] } ?? []) + steps.flatMap(\.action.places)
    }
    var flows: [FlowReference] { [subject.flow] + steps.flatMap(\.action.flows) }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes) * max(1, run.count(writers))
            + TrafficEstimate(requests: run.count(abandoned))
            + steps.map { $0.action.estimate(in: run, sizes) }.sum()
    }

    func describe(in run: CaseRun) -> String {
        "upload the blobs of \(subject.clause)\(subject.place.clause) with \(run.flow(subject.flow).rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        for _ in 0..<run.count(abandoned) {
            let start = try await UploadSession.begin(subject.repository(in: run), over: run.wire)
            if case .stopped(let stop) = start { return await end(stop, in: run) }
        }
        if let begunIn { return try await runAcross(from: begunIn, image, in: run) }
        if !steps.isEmpty, let end = try await runAround(image, in: &run) { return end }
        var stops: [UploadStop] = []
        for result in await upload(image, in: run) {
            if let stop = try result.get() { stops.append(stop) }
        }
        if let stop = stops.first { return await end(stop, in: run) }
        return expect.end(ofWhole: run)
    }

    private func upload(_ image: TestImage, in run: CaseRun) async -> [Result<UploadStop?, TransportError>] {
        let (pusher, repository, wire) = (
            subject.pusher(in: run), subject.repository(in: run), run.wire
        )
        return await withTaskGroup(of: Result<UploadStop?, TransportError>.self) { group in
            for _ in 0..<max(1, run.count(writers)) {
                group.addTask {
                    do throws(TransportError) {
                        return .success(
                            try await pusher.uploadContent(of: image, to: repository, over: wire))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Result<UploadStop?, TransportError>] = []
            for await result in group { results.append(result) }
            return results
        }
    }

    /// Begins a session in one repository, and ends it in another by its address.
    private func runAcross(
        from place: Place, _ image: TestImage, in run: CaseRun
    ) async throws(TransportError) -> StepEnd {
        guard let blob = image.allBlobs.first else { return .passed }
        let start = try await UploadSession.begin(
            run.repository(of: place), over: run.wire)
        guard case .session(let session) = start else {
            return .unprepared(Finding("no upload could be begun\(place.clause)"))
        }
        guard let moved = session.moved(to: subject.repository(in: run)) else {
            return .unprepared(
                Finding("the address of an upload does not name its repository", session.start))
        }
        let stop = try await moved.finish(
            blob.digest, body: blob.bytes, headers: ["Content-Type": MediaType.octetStream.rawValue])
        if let stop { return await end(stop, in: run) }
        return expect.end(ofWhole: run)
    }

    /// Begins the session of the first blob, does the steps, and ends it.
    ///
    /// - Returns: How the step ends when not all of it could be done; else nil.
    private func runAround(
        _ image: TestImage, in run: inout CaseRun
    ) async throws(TransportError) -> StepEnd? {
        guard let blob = image.allBlobs.first else { return nil }
        let repository = subject.repository(in: run)
        guard case .session(let session) = try await UploadSession.begin(repository, over: run.wire) else {
            return .unprepared(Finding("no upload could be begun"))
        }
        let end = try await run.perform(steps)
        guard end.isPassed else { return end }
        let stop = try await session.finish(
            blob.digest, body: blob.bytes, headers: ["Content-Type": MediaType.octetStream.rawValue])
        guard let stop else { return nil }
        return await self.end(stop, in: run)
    }

    private func end(_ stop: UploadStop, in run: CaseRun) async -> StepEnd {
        let push = AnsweredPush(
            answer: .upload(stop), repository: subject.repository(in: run), tag: nil, place: subject.place)
        return await expect.judge(push, in: run)
    }
}
