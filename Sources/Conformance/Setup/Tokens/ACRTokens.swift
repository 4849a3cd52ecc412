// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Gets the tokens with which Azure Container Registry lets attributes be changed, one for each repository.
///
/// Source: Azure/acr, "Azure Container Registry integration with Azure Active Directory": `/oauth2/exchange`,
/// `/oauth2/token`.
final class ACRTokens: Sendable {
    private enum Credentials {
        /// Of the admin user, a service principal or a token of the registry's own.
        case password(name: String, password: String)
        /// As `az acr login --expose-token` prints it.
        case refreshToken(String)
        /// As `az account get-access-token` prints it.
        case directoryToken(String, tenant: String?)
    }

    private struct State {
        var refreshToken: String?
        var tokens: [RepositoryName: String] = [:]
    }

    private let api: AdminAPI
    private let credentials: Credentials
    private let state = Mutex(State())

    init(_ settings: SetupSettings) throws(SetupError) {
        let login: String
        if let token = settings.optional("ACR_REFRESH_TOKEN") {
            (credentials, login) = (.refreshToken(token), "$ACR_REFRESH_TOKEN is wrong or has expired")
        } else if let token = settings.optional("AZURE_ACCESS_TOKEN") {
            credentials = .directoryToken(token, tenant: settings.optional("AZURE_TENANT_ID"))
            login = "$AZURE_ACCESS_TOKEN is wrong, has expired, or is not of the registry's tenant"
        } else if let name = settings.optional("ACR_USERNAME") {
            let password = try settings.required("ACR_PASSWORD", "the password of $ACR_USERNAME")
            credentials = .password(name: name, password: password)
            login = "$ACR_USERNAME and $ACR_PASSWORD are not accepted"
        } else {
            throw SetupError(
                """
                $ACR_REFRESH_TOKEN is not set: what "az acr login --expose-token" prints as accessToken
                  hint: or $ACR_USERNAME and $ACR_PASSWORD, or $AZURE_ACCESS_TOKEN from "az account get-access-token"
                """)
        }
        var base = settings.registry
        base.path = ""
        api = AdminAPI(
            base: base, transport: settings.transport,
            advice: AdminAPI.Advice(login: login, rights: ACRTokens.rights), pause: settings.pause)
    }

    /// What the caller of the registry's own API needs.
    static let rights =
        "the role must allow metadata/write and content/delete, as AcrPush with AcrDelete does"

    /// The requests for which it will be asked, for a plan.
    var calls: [(request: String, purpose: String)] {
        let token = ("\(api.base)/oauth2/token", "gets a token for the repository")
        return switch credentials {
        case .password: [("GET \(token.0)?service={registry}&scope={scope}", token.1)]
        case .refreshToken: [("POST \(token.0)", token.1)]
        case .directoryToken:
            [
                ("POST \(api.base)/oauth2/exchange", "exchanges the directory's token for the registry's"),
                ("POST \(token.0)", token.1),
            ]
        }
    }

    /// The token for a repository's attributes, kept for the run.
    func token(for repository: RepositoryName) async throws(SetupError) -> String {
        if let token = state.withLock({ $0.tokens[repository] }) { return token }
        let answer = try await answer(to: "repository:\(repository):delete,metadata_read,metadata_write")
        guard answer.status == 200 else { throw answer.failure }
        let token = try answer.text("access_token")
        state.withLock { $0.tokens[repository] = token }
        return token
    }

    /// The token for the list of all repositories; nil for whoever may not have it.
    func catalogToken() async throws(SetupError) -> String? {
        try await answer(to: "registry:catalog:*").body?["access_token"]?.string
    }

    private func answer(to scope: String) async throws(SetupError) -> AdminAPI.Answer {
        if case .password(let name, let password) = credentials {
            var api = api
            api.headers = AdminAPI.basic(name, password)
            let query = "service=\(api.base.authority)&scope=\(HTTPURL.encode(scope))"
            return try await api.send(.get, "/oauth2/token?\(query)")
        }
        return try await api.send(
            "/oauth2/token",
            form: [
                ("grant_type", "refresh_token"), ("service", api.base.authority), ("scope", scope),
                ("refresh_token", try await refreshToken()),
            ])
    }

    /// Forgets a token that is not accepted any more.
    func forget(_ repository: RepositoryName) { state.withLock { $0.tokens[repository] = nil } }

    private func refreshToken() async throws(SetupError) -> String {
        guard case .directoryToken(let token, let tenant) = credentials else {
            guard case .refreshToken(let token) = credentials else { return "" }
            return token
        }
        if let known = state.withLock({ $0.refreshToken }) { return known }
        let form =
            [("grant_type", "access_token"), ("service", api.base.authority)]
            + (tenant.map { [("tenant", $0)] } ?? []) + [("access_token", token)]
        let refreshToken = try await api.post("/oauth2/exchange", form: form).text("refresh_token")
        state.withLock { $0.refreshToken = refreshToken }
        return refreshToken
    }
}
