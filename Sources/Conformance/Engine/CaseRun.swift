// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// One case while it runs: where it is, and what it knows so far.
struct CaseRun: Sendable {
    let context: RunContext
    let scenario: Scenario
    /// The way of whoever pushes in all scenarios.
    let writerWire: Wire
    /// As whom the step that is being done sends.
    var role = Role.writer
    /// The repository of the case; others are under it.
    let repository: RepositoryName
    let binding: Matrix.Binding
    let parameters: [String: Int]
    let judge: AnswerJudge
    /// Images by name, in the form in which the registry first took them.
    private var accepted: [ImageKey: TestImage] = [:]
    /// Images by name, in the form in which they were sent last.
    private var sent: [ImageKey: TestImage] = [:]
    /// The image names of all manifests that were sent.
    private var offered: [Digest: String] = [:]
    /// The tag list as it was seen last.
    var tags: [String]?
    /// True when something was deleted: what is refused from now on may be refused for another reason.
    var hasDeleted = false
    /// The places that got a policy in this case.
    var policies: [PolicyPlace] = []
    /// What the operator must do for the registry to be as it was, should the case end here.
    var cures: [RegistryHook] = []
    var races: [RaceRound] = []
    private(set) var observations: [Observation] = []
    var notes: [String] = []
    /// Answers that others must be like, by the name of the comparison.
    var compared: [String: ComparedAnswer] = [:]
    private var freshImages = 0

    /// An image is another one in each repository, for its blobs are new to each.
    private struct ImageKey: Hashable {
        let name: String
        let place: Place
    }

    init(_ context: RunContext, _ scenario: Scenario, _ binding: Matrix.Binding, _ repository: RepositoryName)
    {
        self.context = context
        self.scenario = scenario
        self.binding = binding
        self.repository = repository
        writerWire = context.wire()
        parameters = context.request.numbers(of: scenario)
        judge = AnswerJudge(profile: context.request.profile)
    }

    /// The way to the registry of whoever acts; all of a case share one transcript.
    var wire: Wire {
        guard role != .writer, let transport = context.users?.transport(of: role) else { return writerWire }
        var wire = writerWire
        wire.transport = transport
        wire.role = role
        return wire
    }

    func repository(of place: Place) -> RepositoryName {
        guard place == .home else { return place.repository(under: repository, context.request.names) }
        return context.users?.home(of: .scoped) ?? repository
    }

    /// The flow of this case; the default one for a variable that the matrix does not have, which the parser
    /// rules out.
    func flow(_ reference: FlowReference) -> PushFlow {
        switch reference {
        case .fixed(let flow): flow
        case .usual: context.untaken.has(ImageForm.oci.manifest) ? .dockerSchema2 : .ociMonolithic
        case .variable(let name): binding[name] ?? .ociMonolithic
        }
    }

    func count(_ reference: CountReference) -> Int {
        switch reference {
        case .literal(let number): number
        case .parameter(let name): parameters[name] ?? 1
        }
    }

    /// The repository is part of every image, so that its blobs are new to the registry.
    func image(_ name: String, form: ImageForm, in place: Place = .own) -> TestImage {
        TestImage(name, nonce: repository(of: place).rawValue, form: form)
    }

    /// A name that no image of this case has had.
    mutating func freshName() -> String {
        freshImages += 1
        return "\(Place.freshImage)-\(freshImages)"
    }

    mutating func offer(_ image: TestImage, in place: Place = .own) {
        offered[image.manifest.digest] = image.name
        sent[ImageKey(name: image.name, place: place)] = image
    }

    mutating func accept(_ image: TestImage, in place: Place = .own) {
        let key = ImageKey(name: image.name, place: place)
        if accepted[key] == nil { accepted[key] = image }
        context.denials.took(image.manifest.mediaType)
    }

    /// The image as the registry first took it; nil when it never did.
    func accepted(_ name: String, in place: Place = .own) -> TestImage? {
        accepted[ImageKey(name: name, place: place)]
    }

    /// The image as it was sent last; nil when it never was.
    func sent(_ name: String, in place: Place = .own) -> TestImage? {
        sent[ImageKey(name: name, place: place)]
    }

    mutating func observe(_ observation: Observation) { observations.append(observation) }

    /// Keeps a refusal for the comparison of all of a run.
    ///
    /// Only those of one kind are kept: the tag stands, and nothing else is wrong.
    func log(_ exchange: Exchange, to image: TestImage, _ repository: RepositoryName, _ tag: Tag) {
        guard scenario.given == .immutable, role == .writer, !hasDeleted else { return }
        let name = binding.name.isEmpty ? scenario.id : "\(scenario.id) (\(binding.name))"
        context.denials.append(
            DenialLog.Refusal(
                shape: AnswerShape(exchange, repository: repository, tag: tag),
                mediaType: image.manifest.mediaType, exchange: exchange, place: name))
    }

    /// The same text with the images' names in place of their digests.
    func labelled(_ text: String) -> String {
        offered.reduce(text) { $0.replacing("\($1.key)", with: "image \($1.value)") }
    }

    /// For people: `image b`, or the digest of something that this case never sent.
    func label(_ digest: Digest) -> String {
        offered[digest].map { "image \($0)" } ?? "\(digest), which was never sent"
    }
}

extension CaseRun {
    /// Does steps until one does not pass.
    mutating func perform(_ steps: [Step]) async throws(TransportError) -> StepEnd {
        for step in steps {
            let end = try await step.run(in: &self)
            guard case .passed = end else { return end }
        }
        return .passed
    }
}
