// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Whether the registry has stopped taking anything from the writer.
///
/// A quota is used up, the storage is full, a right was taken away: none of that is about tags.
final class ClosedDoor: Sendable {
    /// So a quota, a bill, a full storage and a missing right are told.
    private static let statuses = [402, 403, 413, 507]

    private let closed = Mutex(false)

    /// True when nothing can be pushed any more.
    var isClosed: Bool { closed.withLock { $0 } }

    /// Looks whether what was turned down is turned down everywhere: an image that is new, in a repository that is new.
    ///
    /// - Parameters:
    ///   - exchange: How something was turned down that must be accepted.
    ///   - run: Of the case; the new repository is beside its own.
    /// - Returns: How the step ends when nothing can be pushed at all; nil when the answer is about what was sent.
    func end(after exchange: Exchange, in run: CaseRun) async -> StepEnd? {
        guard ClosedDoor.statuses.contains(exchange.status), run.role == .writer,
            let repository = try? RepositoryName("\(run.repository)-new"), let tag = try? Tag("v1")
        else { return nil }
        do {
            try await run.context.setup?.makeRepository(repository, given: run.scenario.given)
            let flow = run.flow(.usual)
            let image = TestImage("new", nonce: repository.rawValue, form: flow.pusher.form)
            let answer = try await flow.pusher.push(image, as: .tag(tag), of: repository, over: run.wire)
            guard answer.exchange.status == exchange.status else { return nil }
            closed.withLock { $0 = true }
            return .inconclusive(
                "nothing can be pushed, neither this nor a new image to the new repository \(repository): "
                    + "\(answer.exchange.summary); look for a quota, a full storage or a missing right of the writer",
                exchange)
        } catch {
            return nil
        }
    }
}
