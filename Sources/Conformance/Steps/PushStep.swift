// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `push: {image: a, tag: v1, with: $first, form: $second}`: pushes a test image in one of the flows.
///
/// `with` is `oci-monolithic` when it is missing. `form` names the flow whose form the image has: the same bytes
/// by another way; `as` names a form itself. ``ManifestPut`` has what can be said about the last request.
struct PushStep: StepAction {
    private let subject: PushSubject
    private let put: ManifestPut
    private let expect: AnswerExpectation
    private let path: String

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "push", known: PushSubject.keys + ManifestPut.keys)
        subject = try PushSubject(fields, source.names)
        put = try ManifestPut(fields, source.value)
        expect =
            try source.expect.map { value throws(Diagnostic) in try AnswerExpectation(value) } ?? .accepted
        path = source.path
    }

    var places: [Place] { [subject.place] }
    var flows: [FlowReference] { [subject.flow] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        subject.estimate(in: run, sizes)
    }

    func describe(in run: CaseRun) -> String {
        "push \(subject.clause) to \(put)\(subject.place.clause) with \(run.flow(subject.flow).rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let image = subject.image(in: &run)
        let answer = try await put.push(image, subject, in: run)
        if case .accepted = run.judge.meaning(of: answer) {
            run.accept(image, in: subject.place)
            if let end = await protect(image, in: run) { return end }
        }
        if try await !isOfUntakenType(answer, image, run) { observe(answer, in: &run) }
        if case .manifest(let exchange) = answer, put.isPlain, subject.isPlain, expect.isRefusal,
            let tag = put.tag, case .refused = run.judge.meaning(of: exchange)
        {
            run.log(exchange, to: image, subject.repository(in: run), tag)
        }
        if expect.answer == .created, case .accepted = run.judge.meaning(of: answer) {
            let faults = PushStep.faults(of: answer.exchange, image)
            return faults.isEmpty ? .passed : .violated(faults.joined(separator: "; "), answer.exchange)
        }
        if let end = try await endOfUntakeable(answer, image, &run) { return end }
        let question = AnsweredPush(
            answer: answer, repository: subject.repository(in: run), tag: put.tag, place: subject.place)
        let end = await expect.judge(question, in: run)
        guard case .passed = end, let name = expect.among else { return end }
        return run.compare(question, describe(in: run), among: name) ?? .passed
    }

    /// What no registry's tag could show is turned down for itself: that is no answer about a tag.
    private func isOfUntakenType(
        _ answer: PushAnswer, _ image: TestImage, _ run: CaseRun
    ) async throws(TransportError) -> Bool {
        guard expect.alike != nil, case .refused = run.judge.meaning(of: answer),
            run.mayBeAboutType(answer.exchange)
        else { return false }
        return try await run.reasonAgainst(image.form, with: subject.pusher(in: run)) != nil
    }

    /// A registry that takes no images of this type, or no repository of this name, has broken no promise by it.
    ///
    /// - Returns: How the step ends then; else nil.
    private func endOfUntakeable(
        _ answer: PushAnswer, _ image: TestImage, _ run: inout CaseRun
    ) async throws(TransportError) -> StepEnd? {
        let exchange = answer.exchange
        guard expect.answer == .accepted || expect.answer == .created,
            case .refused = run.judge.meaning(of: answer)
        else { return nil }
        if ErrorBody(exchange.response.body)?.errors.first?.code == "NAME_INVALID" {
            let name = subject.repository(in: run)
            return .unprepared(
                Finding(
                    "the registry takes no repository \(name): \(exchange.summary); "
                        + RegistryProbe.hintForNames, exchange))
        }
        let way = run.flow(subject.flow)
        guard put.isPlain, run.mayBeAboutType(exchange),
            let reason = try await run.reasonAgainst(image.form, with: subject.pusher(in: run))
        else { return nil }
        // Asked again, the usual way is another one.
        if run.flow(subject.flow) != way { return try await self.run(in: &run) }
        return .inapplicable(Finding(reason, exchange))
    }

    /// Has the tag made to stand where that is not the registry's own doing.
    ///
    /// - Returns: How the step ends when that fails; else nil.
    private func protect(_ image: TestImage, in run: CaseRun) async -> StepEnd? {
        guard let setup = run.context.setup, run.scenario.given == .immutable, let tag = put.tag else {
            return nil
        }
        do throws(SetupError) {
            try await setup.protect(tag, image.manifest.digest, in: subject.repository(in: run))
            return nil
        } catch {
            return .inconclusive("\(tag) could not be locked: \(error)", nil)
        }
    }

    private func observe(_ answer: PushAnswer, in run: inout CaseRun) {
        guard let aspect = expect.alike else { return }
        let outcome: String
        switch run.judge.meaning(of: answer) {
        case .accepted: outcome = "accepted"
        case .refused: outcome = "denied"
        case .faulty, .undetermined: return
        }
        let tag = put.tag
        let value =
            switch aspect {
            case .outcome: outcome
            case .answer:
                "\(AnswerShape(answer.exchange, repository: subject.repository(in: run), tag: tag))"
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
