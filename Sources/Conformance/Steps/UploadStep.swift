// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `upload: {image: a, with: FLOW}`: uploads the blobs of an image, and nothing else.
///
/// With `writers` that many clients do it at the same time. With `begun-in` the session of each blob is begun in
/// another repository. With `abandon` that many uploads are begun and left alone.
struct UploadStep: StepAction {
    private let subject: PushSubject
    private let writers: CountReference
    private let begunIn: Place?
    private let abandoned: CountReference
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(
            source.value, "upload", known: PushSubject.keys + ["writers", "begun-in", "abandon"])
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
        begunIn = try fields["begun-in"].map { value throws(Diagnostic) in try value.place() }
        expect =
            try source.expect.map { value throws(Diagnostic) in
                try AnswerExpectation(value, allowing: AnswerExpectation.ofWrite)
            } ?? .accepted
    }

    var bounds: [(String, CountBounds)] { writers.bounds(.writers) + abandoned.bounds(.repetitions) }
    var places: [Place] { [subject.place] + (begunIn.map { [$0] } ?? []) }
    var flows: [FlowReference] { [subject.flow] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes) * max(1, run.count(writers))
            + TrafficEstimate(requests: run.count(abandoned))
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

    private func end(_ stop: UploadStop, in run: CaseRun) async -> StepEnd {
        let push = AnsweredPush(
            answer: .upload(stop), repository: subject.repository(in: run), tag: nil, place: subject.place)
        return await expect.judge(push, in: run)
    }
}
