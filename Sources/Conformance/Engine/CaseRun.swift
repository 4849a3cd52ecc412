// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// One case while it runs: where it is, and what it knows so far.
struct CaseRun: Sendable {
    let wire: Wire
    let repository: RepositoryName
    let judge: AnswerJudge
    let binding: Matrix.Binding
    let parameters: [String: Int]
    /// Images by name, in the form in which the registry first took them.
    private(set) var accepted: [String: TestImage] = [:]
    /// The image names of all manifests that were sent.
    private(set) var offered: [Digest: String] = [:]
    /// The tag list as it was seen last.
    var tags: [String]?
    private(set) var observations: [Observation] = []
    var notes: [String] = []

    /// The flow of this case; the default one for a variable that the matrix does not have, which the parser
    /// rules out.
    func flow(_ reference: FlowReference) -> PushFlow {
        switch reference {
        case .fixed(let flow): flow
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
    func image(_ name: String, form: ImageForm) -> TestImage {
        TestImage(name, nonce: repository.rawValue, form: form)
    }

    mutating func offer(_ image: TestImage) { offered[image.manifest.digest] = image.name }

    mutating func accept(_ image: TestImage) {
        if accepted[image.name] == nil { accepted[image.name] = image }
    }

    mutating func observe(_ observation: Observation) { observations.append(observation) }

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
