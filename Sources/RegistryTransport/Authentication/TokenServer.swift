// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import ImageStore
import OCISpec

/// Where a registry sends its clients for Bearer tokens.
///
/// Source: distribution, "Token Authentication Specification" (GET) and "Oauth2 Token Authentication" (POST).
struct TokenServer: Hashable, Sendable {
    let realm: String
    let service: String?

    /// What is asked for.
    struct Question: Sendable {
        var scopes = TokenScopes()
        /// nil asks anonymously.
        var credentials: Credentials?
        /// Asks for a refresh token as well: logging in.
        var isOffline = false
    }

    private enum Form {
        case get
        case post
    }

    /// Asks for a token: anonymously, with a name and a password, or with an identity token.
    ///
    /// Passwords go by GET, which every server knows, identity tokens by POST; a server that has no such form
    /// (404, 405) is asked in the other one. `request` is the one that needs the token, `now` is in seconds since
    /// 1970.
    ///
    /// - Throws: With a ``TokenRefusal`` as cause when the server refuses the credentials.
    func token(
        _ question: Question, for request: HTTPRequest, over transport: any HTTPTransport, now: Int64
    ) async throws(TransportError) -> AccessToken {
        let url = try url(for: request)
        var forms = TokenServer.forms(question.credentials)
        while true {
            let form = forms.removeFirst()
            let response = try await transport.answer(to: message(form, question, url))
            if [404, 405].contains(response.status), !forms.isEmpty { continue }
            return try token(in: response, from: url, for: request, now: now)
        }
    }

    private func token(
        in response: HTTPResponse, from url: HTTPURL, for request: HTTPRequest, now: Int64
    ) throws(TransportError) -> AccessToken {
        let server = "the token server \(url.redacted)"
        switch response.status {
        case 200..<300: break
        case 401, 403:
            throw TransportError(
                .badRequest, request, "\(server) refused the credentials (\(response.status))",
                cause: TokenRefusal(status: response.status))
        default:
            throw TransportError(.badRequest, request, "\(server) answered \(response.status)")
        }
        let answer = try? JSONDecoder().decode(TokenAnswer.self, from: Data(response.body))
        guard let token = answer?.accessToken(at: now) else {
            throw TransportError(.badRequest, request, "\(server) sent no token")
        }
        return token
    }

    private func url(for request: HTTPRequest) throws(TransportError) -> HTTPURL {
        let url: HTTPURL
        do {
            url = try HTTPURL(realm)
        } catch {
            throw TransportError(
                .badRequest, request, "the registry names no usable token server: \(error.reason)")
        }
        guard url.scheme == .https || request.url.scheme == .http || url.isLoopback else {
            throw TransportError(
                .untrusted, request, "the token server \(url.redacted) is not reached over TLS")
        }
        return url
    }

    private static func forms(_ credentials: Credentials?) -> [Form] {
        switch credentials {
        case .identityToken: [.post, .get]
        case .basic: [.get, .post]
        case nil: [.get]
        }
    }

    private func message(_ form: Form, _ question: Question, _ url: HTTPURL) -> HTTPRequest {
        switch form {
        case .get: get(question, url)
        case .post: post(question, url)
        }
    }

    private func get(_ question: Question, _ url: HTTPURL) -> HTTPRequest {
        var url = url
        if let service { url = url.adding("service", service) }
        for scope in question.scopes.list { url = url.adding("scope", scope) }
        if question.isOffline {
            url = url.adding("offline_token", "true").adding("client_id", TokenServer.client)
        }
        if case .basic(let user, _) = question.credentials { url = url.adding("account", user) }
        var request = HTTPRequest(.get, url)
        request.headers["Authorization"] = question.credentials.map(BasicAuthorization.header)
        return request
    }

    private func post(_ question: Question, _ url: HTTPURL) -> HTTPRequest {
        var form = HTTPURL(url.scheme, url.authority, "/")
        switch question.credentials {
        case .identityToken: form = form.adding("grant_type", "refresh_token")
        case .basic, nil: form = form.adding("grant_type", "password")
        }
        if let service { form = form.adding("service", service) }
        if !question.scopes.isEmpty {
            form = form.adding("scope", question.scopes.list.joined(separator: " "))
        }
        form = form.adding("client_id", TokenServer.client)
        if question.isOffline { form = form.adding("access_type", "offline") }
        switch question.credentials {
        case .identityToken(let token): form = form.adding("refresh_token", token)
        case .basic(let user, let password):
            form = form.adding("username", user).adding("password", password)
        case nil: break
        }
        return HTTPRequest(
            .post, url, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: .bytes(Array((form.query ?? "").utf8)))
    }

    private static let client = "stet"
}

/// A token server does not take the credentials, or gives nothing without any.
package struct TokenRefusal: Error, Hashable, Sendable {
    package let status: Int
}

/// Source: RFC 7617.
enum BasicAuthorization {
    /// The value of the header.
    ///
    /// An identity token goes under the name that credential helpers give it.
    static func header(_ credentials: Credentials) -> String {
        let pair =
            switch credentials {
            case .basic(let user, let password): "\(user):\(password)"
            case .identityToken(let token): "\(CredentialHelper.tokenUser):\(token)"
            }
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }
}
