// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension StetSetup {
    func attemptLack(as credentials: Credentials?) -> String? { AdminAPI.lack(of: credentials) }

    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? {
        guard let user = api.asked(by: credentials) else { return nil }
        if attempt == .create { return try await create(PolicyPlace.repository(repository), user) }
        guard let place = made.all.last(where: { $0.covers(repository) }) else { return nil }
        let path = "/policies/\(place)"
        if attempt == .disable {
            return try await user.send(.patch, path, .object(["enabled": .bool(false)]))
                .outcome { () throws(SetupError) in
                    try await self.undo(.enable(place))
                }
        }
        return try await user.send(.delete, path).outcome { () throws(SetupError) in
            try await self.undo(.create(PolicyTerms(place)))
        }
    }

    private func create(_ place: PolicyPlace, _ user: AdminAPI) async throws(SetupError) -> AttemptOutcome {
        try await user.send(.post, "/policies", .object(["scope": .string("\(place)")]))
            .outcome { () throws(SetupError) in
                try await self.undo(.delete(place))
            }
    }

    private func undo(_ action: PolicyAction) async throws(SetupError) {
        if case .refused(let words) = try await perform(action) { throw SetupError(words) }
    }
}

extension PolicyPlace {
    func covers(_ repository: RepositoryName) -> Bool {
        switch self {
        case .registry: true
        case .namespace(let name): repository.isUnder(namespace: name.rawValue)
        case .repository(let name): repository == name
        }
    }
}
