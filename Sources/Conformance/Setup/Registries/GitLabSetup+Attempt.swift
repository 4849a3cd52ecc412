// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension GitLabSetup {
    /// A password with which clients push is a token of GitLab's, or is none that its API takes.
    ///
    /// Source: GitLab documentation, "Authenticate with the container registry", "REST API authentication".
    func attemptLack(as credentials: Credentials?) -> String? { AdminAPI.lack(of: credentials) }

    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? {
        guard let project = projects.all.first(where: { repository.isUnder(namespace: $0.lowercased()) }),
            let rule = try await self.rules.list(project).first
        else { return nil }
        var user = api
        user.advice = AdminAPI.Advice()
        switch credentials {
        case nil: user.headers = HTTPHeaders()
        case .basic(_, let token)?: user.headers = ["PRIVATE-TOKEN": token]
        case .identityToken?: return nil
        }
        let asked = GitLabRules(api: user)
        let rules = rules
        // Neither the name of a tag of this run, nor a pattern that there is.
        let pattern = "stet-certify"
        switch attempt {
        case .create:
            return try await asked.attempt(.create(project, pattern)) { () throws(SetupError) in
                for new in try await rules.list(project) where new != rule { try await rules.delete(new) }
            }
        case .disable:
            return try await asked.attempt(.update(rule, pattern)) { () throws(SetupError) in
                try await rules.update(rule, GitLabRules.allTags)
            }
        case .delete:
            return try await asked.attempt(.delete(rule)) { () throws(SetupError) in
                _ = try await rules.create(project)
            }
        }
    }
}

extension GitLabRules {
    fileprivate func attempt(
        _ mutation: Mutation, undo: () async throws(SetupError) -> Void
    ) async throws(SetupError) -> AttemptOutcome {
        let answer = try await send(mutation)
        guard answer.status == 200 else { return try await answer.outcome(undo: undo) }
        return switch try outcome(of: mutation, answered: answer) {
        case .turnedAway(let words): .turnedAway(words)
        case .refused(let words): .refused(words)
        case .done: await .done(undo: undo)
        }
    }
}
