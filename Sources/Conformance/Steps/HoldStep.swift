// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `hold: {image: a, tag: v1, steps: […]}`: does steps while a push to the tag waits before its last byte.
///
/// The expectation is that of the push that was held.
struct HoldStep: StepAction {
    private let subject: PushSubject
    private let tag: Tag
    let steps: [Step]
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "hold", known: PushSubject.keys + ["tag", "steps"])
        subject = try PushSubject(fields, source.names)
        tag = try fields.required("tag").tag()
        steps = try StepSource.steps(
            try fields.required("steps"), under: "\(source.path).", names: source.names)
        expect = try AnswerExpectation(
            try source.requiredExpect("refused"), allowing: [.accepted, .refused, .either])
    }

    var bounds: [(String, CountBounds)] { steps.flatMap(\.action.bounds) }
    var places: [Place] { [subject.place] + steps.flatMap(\.action.places) }
    var flows: [FlowReference] { [subject.flow] + steps.flatMap(\.action.flows) }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes) + steps.map { $0.action.estimate(in: run, sizes) }.sum()
    }

    func describe(in run: CaseRun) -> String { "hold a push of \(subject.clause) to \(tag)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        let (pusher, repository) = (subject.pusher(in: run), subject.repository(in: run))
        if let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire) {
            return .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
        let held = await HeldRequest.begin(
            pusher.manifestRequest(image, .tag(tag), repository, over: run.wire), over: run.wire)
        let end: StepEnd
        do {
            end = try await run.perform(steps)
        } catch {
            await held.cut()
            throw error
        }
        let exchange = try await held.release()
        guard case .passed = end else { return end }
        if exchange.response.isSuccess { run.accept(image, in: subject.place) }
        let push = AnsweredPush(
            answer: .manifest(exchange), repository: repository, tag: tag, place: subject.place)
        return await expect.judge(push, in: run)
    }
}
