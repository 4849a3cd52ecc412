// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension QuaySetup {
    /// The name with which clients show a token of the API as a password.
    ///
    /// Source: Quay documentation, "OAuth 2 access tokens".
    private static let tokenName = "$oauthtoken"

    /// The API takes OAuth tokens and nothing else.
    func attemptLack(as credentials: Credentials?) -> String? {
        switch credentials {
        case nil, .basic(QuaySetup.tokenName, _)?: nil
        case .basic?, .identityToken?:
            "Quay's API takes OAuth tokens only: log in as \(QuaySetup.tokenName) with one that may push"
        }
    }

    /// Source: quay/quay, `endpoints/api/immutability_policy.py`.
    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? {
        guard let user = api.asked(byTokenOf: credentials) else { return nil }
        let path = "/repository/\(repository)/immutabilitypolicy/"
        if attempt == .create {
            // A second policy of the same pattern would be refused whoever asks.
            let before = try await policies(path)
            return try await user.send(.post, path, QuaySetup.policy("stet-certify", matches: true))
                .outcome { () throws(SetupError) in
                    for policy in try await self.policies(path) where !before.contains(policy) {
                        _ = try await self.api.demand([200, 204, 404], .delete, "\(path)\(policy)")
                    }
                }
        }
        guard let policy = try await policies(path).first else { return nil }
        let forAll = QuaySetup.policy(".*", matches: true)
        if attempt == .delete {
            return try await user.send(.delete, "\(path)\(policy)").outcome { () throws(SetupError) in
                _ = try await self.api.demand([200, 201], .post, path, forAll)
            }
        }
        return try await user.send(.put, "\(path)\(policy)", QuaySetup.policy(".*", matches: false))
            .outcome { () throws(SetupError) in
                _ = try await self.api.demand([200, 204], .put, "\(path)\(policy)", forAll)
            }
    }

    private func policies(_ path: String) async throws(SetupError) -> [String] {
        let list = try await api.demand([200], .get, path)
        return list.body?["policies"]?.array?.compactMap { $0["uuid"]?.string } ?? []
    }
}

extension AdminAPI {
    /// The same API for whoever has a token in place of a password, or nothing.
    fileprivate func asked(byTokenOf credentials: Credentials?) -> AdminAPI? {
        var other = self
        other.advice = Advice()
        switch credentials {
        case nil: other.headers = HTTPHeaders()
        case .basic(_, let token)?: other.headers = AdminAPI.bearer(token)
        case .identityToken?: return nil
        }
        return other
    }
}
