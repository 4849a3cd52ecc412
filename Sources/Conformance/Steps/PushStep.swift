// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SourceText

/// `push: {image: a, tag: v1, with: $first, form: $second}`: pushes a test image in one of the flows.
///
/// `with` is `oci-monolithic` when it is missing. `form` names the flow whose form the image has: the same bytes
/// by another way.
struct PushStep: StepAction {
    private let image: String
    private let tag: Tag
    private let flow: FlowReference
    private let form: FlowReference
    private let expect: AnswerExpectation
    private let path: String

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "push", known: ["image", "tag", "with", "form"])
        image = try fields.required("image").imageName()
        tag = try fields.required("tag").tag()
        let flow = try fields["with"].map { value throws(Diagnostic) in try source.names.flow(value) }
        self.flow = flow ?? .fixed(.ociMonolithic)
        form =
            try fields["form"].map { value throws(Diagnostic) in try source.names.flow(value) } ?? self.flow
        expect =
            try source.expect.map { value throws(Diagnostic) in try AnswerExpectation(value) } ?? .accepted
        path = source.path
    }

    func describe(in run: CaseRun) -> String {
        "push \(image) to \(tag) with \(run.flow(flow).rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = run.image(image, form: run.flow(form).pusher.form)
        run.offer(image)
        let answer = try await run.flow(flow).pusher.push(image, to: tag, of: run.repository, over: run.wire)
        let meaning = run.judge.meaning(of: answer)
        switch meaning {
        case .accepted:
            run.accept(image)
            observe(answer.exchange, "accepted", in: &run)
            return await endOfAccepted(answer.exchange, image, in: run)
        case .refused:
            observe(answer.exchange, "denied", in: &run)
            return endOfRefused(answer, in: run)
        case .faulty(let reason): return .violated("\(expectation), and \(reason)", answer.exchange)
        case .undetermined(let reason): return .inconclusive(reason, answer.exchange)
        }
    }

    private var expectation: String {
        switch expect.answer {
        case .accepted, .created: "it must be accepted"
        case .refused, .denied: "it must be refused"
        case .either: "it must be accepted or refused"
        }
    }

    private func endOfAccepted(_ exchange: Exchange, _ image: TestImage, in run: CaseRun) async -> StepEnd {
        switch expect.answer {
        case .accepted, .either: return .passed
        case .created:
            let faults = PushStep.faults(of: exchange, image)
            return faults.isEmpty ? .passed : .violated(faults.joined(separator: "; "), exchange)
        case .refused, .denied:
            let state = await run.nowShows(tag)
            return .violated("\(expectation), and was told \(exchange.summary); \(state)", exchange)
        }
    }

    private func endOfRefused(_ answer: PushAnswer, in run: CaseRun) -> StepEnd {
        let summary = answer.exchange.summary
        switch expect.answer {
        case .refused, .either: return .passed
        case .accepted, .created: return .violated("\(expectation), and was told \(summary)", answer.exchange)
        case .denied:
            let departures = run.judge.departures(of: answer, repository: run.repository, tag: tag)
            if departures.isEmpty { return .passed }
            let list = departures.joined(separator: "; ")
            return .violated(
                "it is refused, but not as profile \(run.judge.profile.name) says: \(list)", answer.exchange)
        }
    }

    private func observe(_ exchange: Exchange, _ outcome: String, in run: inout CaseRun) {
        guard let aspect = expect.alike else { return }
        let value =
            switch aspect {
            case .outcome: outcome
            case .answer: "\(AnswerShape(exchange, repository: run.repository, tag: tag))"
            }
        run.observe(
            Observation(
                step: path, aspect: aspect, value: value, statement: expect.states, caseName: run.binding.name
            ))
    }

    /// Source: distribution-spec 1.1, "Pushing Manifests".
    private static func faults(of exchange: Exchange, _ image: TestImage) -> [String] {
        var faults: [String] = []
        if exchange.status != 201 { faults.append("the status must be 201, and is \(exchange.status)") }
        if exchange.response.headers["Location"] == nil { faults.append("the answer must have a Location") }
        if let digest = exchange.response.headers["Docker-Content-Digest"],
            digest != "\(image.manifest.digest)"
        {
            faults.append("Docker-Content-Digest is \(digest), and \(image.manifest.digest) was sent")
        }
        return faults
    }
}
