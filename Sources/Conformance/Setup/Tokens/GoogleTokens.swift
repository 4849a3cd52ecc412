// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Gets the tokens with which Google's APIs are called, from where its own tools look for them.
///
/// In this order: `$GOOGLE_OAUTH_ACCESS_TOKEN`, the file of `$GOOGLE_APPLICATION_CREDENTIALS`, and on a machine of
/// Google's its metadata server.
///
/// Source: Google Cloud, "How Application Default Credentials works"; "View and query VM metadata".
final class GoogleTokens: Sendable {
    private enum Source {
        case given(String)
        case account(GoogleAccount)
        case machine(HTTPURL)
    }

    private struct Token {
        let text: String
        /// In seconds since 1970.
        let end: Int64
    }

    private let source: Source
    private let settings: SetupSettings
    private let token = Mutex<Token?>(nil)

    init(_ settings: SetupSettings) throws(SetupError) {
        self.settings = settings
        if let token = settings.optional("GOOGLE_OAUTH_ACCESS_TOKEN") {
            source = .given(token)
        } else if let name = settings.optional("GOOGLE_APPLICATION_CREDENTIALS") {
            let text = try SetupError.wrap { try settings.file(name) }
            source = .account(try GoogleAccount(text, name: name))
        } else {
            let host = settings.optional("GCE_METADATA_HOST") ?? GoogleTokens.metadataHost
            source = .machine(
                HTTPURL(.http, host, "/computeMetadata/v1/instance/service-accounts/default/token"))
        }
    }

    /// Reached by HTTP without TLS, inside the machine's own host.
    package static let metadataHost = "metadata.google.internal"

    /// For 401.
    var advice: String {
        switch source {
        case .given:
            "$GOOGLE_OAUTH_ACCESS_TOKEN has expired: \"gcloud auth print-access-token\" prints another"
        case .account: "the account of $GOOGLE_APPLICATION_CREDENTIALS is not accepted"
        case .machine: "the machine's service account is not accepted"
        }
    }

    /// The request for which it will be asked; nil when the token was given.
    var call: String? {
        switch source {
        case .given: nil
        case .account(let account): "POST \(account.tokenServer)"
        case .machine(let url): "GET \(url)"
        }
    }

    /// A token that is good for a minute at least.
    func current() async throws(SetupError) -> String {
        if case .given(let token) = source { return token }
        let now = settings.now()
        if let token = token.withLock({ $0 }), token.end > now + 60 { return token.text }
        let answer = try await fetch(now)
        let text = try answer.text("access_token")
        let seconds = answer.body?["expires_in"]?.integer ?? 3600
        token.withLock { $0 = Token(text: text, end: now + seconds) }
        return text
    }

    private func fetch(_ now: Int64) async throws(SetupError) -> AdminAPI.Answer {
        switch source {
        case .given: throw SetupError("a token that was given is not fetched")
        case .account(let account):
            return try await api(account.tokenServer).post("", form: try account.form(at: now))
        case .machine(let url):
            var api = api(url)
            api.headers["Metadata-Flavor"] = "Google"
            do throws(SetupError) {
                return try await api.demand([200], .get, "")
            } catch {
                throw SetupError(
                    """
                    there is no token for Google Cloud: \(error.clause)
                      hint: set $GOOGLE_OAUTH_ACCESS_TOKEN to what "gcloud auth print-access-token" prints, or \
                    $GOOGLE_APPLICATION_CREDENTIALS to a key file
                    """)
            }
        }
    }

    private func api(_ url: HTTPURL) -> AdminAPI {
        AdminAPI(
            base: url, transport: settings.transport, advice: AdminAPI.Advice(login: advice),
            pause: settings.pause)
    }
}
