// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// The one scope that all runs and the operator share: a policy of somebody else's is never changed or removed.
extension StetSetup {
    /// Looks that often whether another run is done with the scope, a second apart.
    private static let looks = 10

    /// What stands for all of the registry.
    private enum Standing {
        case nothing
        case operators(isEnabled: Bool)
        /// What a run has made that is over, and what became of it.
        case removed(String)
        /// Of a run that may go on.
        case lease(RegistryLease)
    }

    /// Makes sure that no policy for all of the registry reaches the places of a run.
    ///
    /// - Returns: Lines about what a run had left, which is removed.
    /// - Throws: When there is one, of the operator's or of a run that goes on for longer than this waits.
    func requireMutableRegistry() async throws(SetupError) -> [String] {
        switch try await free() {
        case .nothing, .operators(isEnabled: false): return []
        case .removed(let line): return [line]
        case .operators:
            throw SetupError(
                """
                the registry has a policy for all of it, so no repository is mutable
                  hint: certify a registry without one, or switch it off meanwhile: stet policy disable registry
                """)
        case .lease(let lease): throw StetSetup.taken(by: lease)
        }
    }

    /// - Returns: `.refused` where the operator has a policy for all of the registry.
    /// - Throws: When another run has one; nothing was found out about the registry then.
    func createForRegistry(_ terms: PolicyTerms) async throws(SetupError) -> PolicyOutcome {
        var marked = terms
        marked.exceptTags = (terms.exceptTags ?? []) + [RegistryLease(runID: runID, now: now()).tag]
        let body = StetSetup.json(marked, withScope: true)
        var answer = try await post(body)
        guard answer.status == 409, !made.contains(.registry) else {
            return try outcome(answer, done: 201)
        }
        switch try await free() {
        case .operators: return .refused(answer.words)
        case .lease(let lease): throw StetSetup.taken(by: lease)
        case .nothing, .removed:
            answer = try await post(body)
            return try outcome(answer, done: 201)
        }
    }

    /// Makes the policy, which is noted before it is sent.
    ///
    /// An answer that is lost may have been a yes; the mark tells whose it is.
    private func post(_ body: JSONValue) async throws(SetupError) -> AdminAPI.Answer {
        let isOurs = made.contains(.registry)
        made.insert(.registry)
        let answer = try await api.send(.post, "/policies", body)
        if (400..<500).contains(answer.status), !isOurs { made.remove(.registry) }
        return answer
    }

    /// Removes the policy for all of the registry if this run has made it.
    ///
    /// - Returns: `.refused` when it is gone, or has become somebody else's.
    func deleteForRegistry() async throws(SetupError) -> PolicyOutcome {
        let standing = try await api.demand([200, 404], .get, "/policies/registry")
        guard standing.status == 200, RegistryLease(in: standing.body)?.runID == runID else {
            made.remove(.registry)
            return .refused("the policy for the registry is not this run's any more")
        }
        let answer = try await delete(standing)
        if answer.status == 204 || answer.status == 412 { made.remove(.registry) }
        return try outcome(answer, done: 204)
    }

    /// Waits for another run that is at it, and removes what one has left.
    private func free() async throws(SetupError) -> Standing {
        for look in 1... {
            let standing = try await api.demand([200, 404], .get, "/policies/registry")
            guard standing.status == 200 else { return .nothing }
            guard let lease = RegistryLease(in: standing.body) else {
                return .operators(isEnabled: standing.body?["enabled"] == .bool(true))
            }
            if lease.end < now() || lease.runID == runID {
                let answer = try await delete(standing)
                switch answer.status {
                case 204, 404:
                    return .removed(
                        "the policy for registry was left from the run \(ForeignText.line(lease.runID)), and was removed"
                    )
                // Somebody else has changed it: it is looked at again.
                case 412: break
                default: throw answer.failure
                }
            }
            guard look < StetSetup.looks, !Task.isCancelled else { return .lease(lease) }
            await api.pause(.seconds(1))
        }
        return .nothing
    }

    /// Only as it was seen.
    private func delete(_ standing: AdminAPI.Answer) async throws(SetupError) -> AdminAPI.Answer {
        var conditional = api
        if let tag = standing.entityTag { conditional.headers["If-Match"] = tag }
        return try await conditional.send(.delete, "/policies/registry")
    }

    private static func taken(by lease: RegistryLease) -> SetupError {
        SetupError(
            """
            the run \(ForeignText.line(lease.runID)) has made a policy for all of the registry, which every push feels
              hint: certify again when that run is over; if it was killed, remove it: stet policy delete registry
            """)
    }
}
