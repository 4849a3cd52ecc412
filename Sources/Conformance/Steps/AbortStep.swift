// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `abort: {image: a, tag: v1, at: last-byte}`: a push whose connection is cut while its manifest travels, or, with
/// `at: answer`, when all of it has been sent and no answer has come yet.
///
/// What came of it is for the next steps to find out.
struct AbortStep: StepAction {
    private enum Moment: String, CaseIterable {
        case lastByte = "last-byte"
        case answer
    }

    private let subject: PushSubject
    private let tag: Tag
    private let moment: Moment

    init(_ source: StepSource) throws(Diagnostic) {
        try source.refuseExpect("a cut connection has no answer: the next step can resolve the tag")
        let fields = try Fields(source.value, "abort", known: PushSubject.keys + ["tag", "at"])
        subject = try PushSubject(fields, source.names)
        tag = try fields.required("tag").tag()
        moment = try fields.required("at").word("moment")
    }

    var places: [Place] { [subject.place] }
    var flows: [FlowReference] { [subject.flow] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes)
    }

    func describe(in run: CaseRun) -> String {
        let end = moment == .answer ? "before its answer" : "before its last byte"
        return "push \(subject.clause) to \(tag)\(subject.place.clause), cut \(end)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        let (pusher, repository) = (subject.pusher(in: run), subject.repository(in: run))
        if let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire) {
            return .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
        // It may have been stored; then the next steps may find it.
        run.accept(image, in: subject.place)
        let held = await HeldRequest.begin(
            pusher.manifestRequest(image, .tag(tag), repository, over: run.wire), over: run.wire)
        switch moment {
        case .lastByte: await held.cut()
        case .answer: await held.cutAfterRelease(patience: run.context.patience)
        }
        return .passed
    }
}
