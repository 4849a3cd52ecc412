// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `mount: {image: a, from: x}`: asks for a blob of an image of another repository, as a client does that knows it
/// to be there.
///
/// Accepted means that the blob is here now; an upload that begins instead (202) is given up, and counts as accepted
/// too, for only somebody who may write is let begin one.
///
/// Source: distribution-spec 1.1, "Mounting a blob from another repository".
struct MountStep: StepAction {
    private let image: String
    private let from: Place
    private let place: Place
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "mount", known: ["image", "from", "in"])
        image = try fields.required("image").imageName()
        from = try fields.required("from").place()
        place = try fields.place()
        expect =
            try source.expect.map { value throws(Diagnostic) in
                try AnswerExpectation(value, allowing: AnswerExpectation.ofWrite)
            } ?? .accepted
    }

    var places: [Place] { [place, from] }

    func describe(in run: CaseRun) -> String {
        "mount a blob of \(image) from \(run.repository(of: from))\(place.clause)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let blob = run.sent(image, in: from)?.allBlobs.first else {
            return .unprepared(Finding("image \(image) was not sent\(from.clause)"))
        }
        let repository = run.repository(of: place)
        var request = run.wire.request(.post, .uploads(repository))
        request.url = request.url.adding("mount", "\(blob.digest)")
            .adding("from", "\(run.repository(of: from))")
        let exchange = try await run.wire.send(request)
        if exchange.status == 202, let session = UploadSession(exchange, repository, over: run.wire) {
            await session.giveUp()
        }
        let push = AnsweredPush(
            answer: .manifest(exchange), repository: repository, tag: nil, place: place)
        return await expect.judge(push, in: run)
    }
}
