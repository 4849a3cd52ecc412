// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Whether a delete was refused for the tag's sake: the same is tried where no policy is.
///
/// 401 and 403 say that a user may not, 405 that nobody may; neither proves that a policy closed the door, or should
/// have opened it.
struct DeletionControl {
    private let refusal: Exchange
    private let expect: AnswerExpectation

    init(_ refusal: Exchange, _ expect: AnswerExpectation) {
        (self.refusal, self.expect) = (refusal, expect)
    }

    /// - Returns: How the case ends when the refusal is not about the tag; nil when it may be, also where there is no
    ///   place without a policy to try it.
    func end(in run: CaseRun) async throws(TransportError) -> StepEnd? {
        let statuses = expect.answer == .accepted ? [401, 403, 405] : [401, 403]
        guard statuses.contains(refusal.status), let repository = place(in: run) else { return nil }
        let unknown = StepEnd.inconclusive(
            "the answer was \(refusal.summary), and whether the user may delete at all could not be found out",
            refusal)
        do throws(SetupError) {
            try await run.context.setup?.makeRepository(repository, given: .mutable)
        } catch {
            return unknown
        }
        guard let answer = try await deletion(in: repository, run) else { return unknown }
        if answer.response.isSuccess { return nil }
        let place = "in \(repository), where no policy is, the answer is \(answer.summary) as well"
        if answer.status == 405 {
            return .unprepared(Finding("deletes are off for all of the registry: \(place)", answer))
        }
        return .inconclusive(
            "the user may not delete: \(place); give the writer the right to delete", answer)
    }

    /// Beside the case's own repository, whose policy reaches no further, or where all is mutable.
    private func place(in run: CaseRun) -> RepositoryName? {
        let own = "\(run.repository)-control"
        guard run.scenario.given == .immutable else { return try? RepositoryName(own) }
        let request = run.context.request
        guard let prefix = request.mutablePrefix, let leaf = own.split(separator: "/").last else {
            return nil
        }
        return try? RepositoryName("\(prefix)/\(request.runID)/\(leaf)")
    }

    /// Deletes what it has pushed, by a tag or a digest as was refused.
    ///
    /// - Returns: nil when nothing could be pushed.
    private func deletion(
        in repository: RepositoryName, _ run: CaseRun
    ) async throws(TransportError) -> Exchange? {
        let image = TestImage("control", nonce: repository.rawValue, form: .oci)
        guard let tag = try? Tag("v1") else { return nil }
        let answer = try await run.flow(.usual).pusher.push(
            image, as: .tag(tag), of: repository, over: run.wire)
        guard case .accepted = run.judge.meaning(of: answer) else { return nil }
        let isByTag = (try? Digest(String(refusal.request.url.path.split(separator: "/").last ?? ""))) == nil
        let reference: RegistryRoute.ManifestReference = isByTag ? .tag(tag) : .digest(image.manifest.digest)
        return try await run.wire.send(run.wire.request(.delete, .manifest(repository, reference)))
    }
}
