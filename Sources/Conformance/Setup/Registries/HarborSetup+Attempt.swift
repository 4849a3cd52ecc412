// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension HarborSetup {
    func attemptLack(as credentials: Credentials?) -> String? { AdminAPI.lack(of: credentials) }

    /// Source: Harbor's `api/v2.0/swagger.yaml`, immutabletagrules.
    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? {
        guard let user = api.asked(by: credentials),
            let project = projects.all.first(where: { repository.isUnder(namespace: $0) })
        else { return nil }
        let path = "/projects/\(project)/immutabletagrules"
        if attempt == .create {
            let before = try await rules(of: project)
            return try await user.send(.post, path, HarborSetup.ruleForAll)
                .outcome { () throws(SetupError) in
                    for rule in try await self.rules(of: project) where !before.contains(rule) {
                        _ = try await self.api.demand([200, 404], .delete, "\(path)/\(rule)")
                    }
                }
        }
        guard let rule = try await rules(of: project).first else { return nil }
        if attempt == .delete {
            return try await user.send(.delete, "\(path)/\(rule)").outcome { () throws(SetupError) in
                _ = try await self.api.demand([201], .post, path, HarborSetup.ruleForAll)
            }
        }
        return try await user.send(.put, "\(path)/\(rule)", HarborSetup.rule(rule, isDisabled: true))
            .outcome { () throws(SetupError) in
                _ = try await self.api.demand(
                    [200], .put, "\(path)/\(rule)", HarborSetup.rule(rule, isDisabled: false))
            }
    }

    /// The numbers of the rules of a project.
    private func rules(of project: String) async throws(SetupError) -> [Int64] {
        let list = try await api.demand([200], .get, "/projects/\(project)/immutabletagrules?page_size=100")
        return list.body?.array?.compactMap { $0["id"]?.integer } ?? []
    }

    private static func rule(_ id: Int64, isDisabled: Bool) -> JSONValue {
        guard case .object(var members) = ruleForAll else { return ruleForAll }
        members["id"] = .integer(id)
        members["disabled"] = .bool(isDisabled)
        return .object(members)
    }
}
