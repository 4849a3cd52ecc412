// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import ImageStore
import OCISpec

/// Where a registry sends its clients for Bearer tokens.
///
/// Source: distribution, "Token Authentication Specification" (GET) and "Oauth2 Token Authentication" (POST).
struct TokenServer {
    let realm: String
    let service: String?
    let scope: String?

    private struct Answer: Decodable {
        var token: String?
        var accessToken: String?

        enum CodingKeys: String, CodingKey {
            case token
            case accessToken = "access_token"
        }
    }

    /// Asks for a token: anonymously, with a name and a password, or with an identity token.
    func token(
        for request: HTTPRequest, credentials: Credentials?, over transport: any HTTPTransport
    ) async throws(TransportError) -> String {
        let question = try question(for: request, credentials)
        let response = try await transport.answer(to: question)
        guard response.isSuccess else {
            throw TransportError(
                .badRequest, request, "the token server \(question.url.redacted) answered \(response.status)")
        }
        guard let answer = try? JSONDocument.decode(Answer.self, from: response.body, noun: "token answer"),
            let token = [answer.token, answer.accessToken].compactMap(\.self).first(where: { !$0.isEmpty })
        else {
            throw TransportError(
                .badRequest, request, "the token server \(question.url.redacted) sent no token")
        }
        return token
    }

    private func question(
        for request: HTTPRequest, _ credentials: Credentials?
    ) throws(TransportError) -> HTTPRequest {
        var url: HTTPURL
        do {
            url = try HTTPURL(realm)
        } catch {
            throw TransportError(.badRequest, request, "the registry names no usable token server: \(error)")
        }
        guard url.scheme == .https || request.url.scheme == .http || url.isLoopback else {
            throw TransportError(
                .untrusted, request, "the token server \(url.redacted) is not reached over TLS")
        }
        if case .identityToken(let token) = credentials { return exchange(token, at: url) }
        if let service { url = url.adding("service", service) }
        for part in scope?.split(separator: " ") ?? [] { url = url.adding("scope", String(part)) }
        var question = HTTPRequest(.get, url)
        if case .basic(let user, let password) = credentials {
            question.url = question.url.adding("account", user)
            question.headers["Authorization"] = BasicAuthorization.header(user: user, password: password)
        }
        return question
    }

    private func exchange(_ refreshToken: String, at url: HTTPURL) -> HTTPRequest {
        var form = HTTPURL(url.scheme, url.authority, "/")
        let fields = [
            ("grant_type", "refresh_token"), ("service", service), ("scope", scope), ("client_id", "stet"),
            ("refresh_token", refreshToken),
        ]
        for case (let name, let value?) in fields { form = form.adding(name, value) }
        return HTTPRequest(
            .post, url, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: .bytes(Array((form.query ?? "").utf8)))
    }
}

/// Source: RFC 7617.
enum BasicAuthorization {
    static func header(user: String, password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
}
