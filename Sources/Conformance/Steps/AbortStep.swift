// SPDX-License-Identifier: Apache-2.0

import ImageStore
import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `abort: {image: a, tag: v1, at: last-byte}`: a push whose connection is cut while its manifest travels.
///
/// With `at: answer` it is cut when all has been sent and no answer has come yet. With `at: missing-byte` the
/// manifest is there whole, but its announced length is one byte longer, and that byte never comes.
///
/// What came of it is for the next steps to find out.
struct AbortStep: StepAction {
    private enum Moment: String, CaseIterable {
        case lastByte = "last-byte"
        case missingByte = "missing-byte"
        case answer

        /// When it is cut, for people.
        var clause: String {
            switch self {
            case .lastByte: "cut before its last byte"
            case .missingByte: "cut after its last byte, one before the length that it announced"
            case .answer: "cut before its answer"
            }
        }
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
        subject.estimate(in: run, sizes) + TrafficEstimate(bytes: 1)
    }

    func describe(in run: CaseRun) -> String {
        "push \(subject.clause) to \(tag)\(subject.place.clause), \(moment.clause)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        let (pusher, repository) = (subject.pusher(in: run), subject.repository(in: run))
        if let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire) {
            return .unprepared(Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
        }
        // It may have been stored; then the next steps may find it.
        run.accept(image, in: subject.place)
        var request = pusher.manifestRequest(image, .tag(tag), repository, over: run.wire)
        // JSON may end with a blank: were it there, the manifest would be no other.
        if moment == .missingByte { request.body = .bytes(image.manifest.bytes + [UInt8(ascii: " ")]) }
        let held = await HeldRequest.begin(request, over: run.wire)
        switch moment {
        case .lastByte, .missingByte: await held.cut()
        case .answer: await held.cutAfterRelease(patience: run.context.patience)
        }
        return .passed
    }
}
