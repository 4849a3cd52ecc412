// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What is in a file of `$GOOGLE_APPLICATION_CREDENTIALS`: who asks for tokens, and where.
///
/// Source: Google Cloud, "Application Default Credentials"; google.aip.dev/auth/4112, /4113.
struct GoogleAccount: Sendable {
    enum Kind: Sendable {
        /// A service account with a key of its own.
        case service(email: String, keyID: String?, key: RSAKey)
        /// A person, after `gcloud auth application-default login`.
        case person(clientID: String, clientSecret: String, refreshToken: String)
    }

    static let scope = "https://www.googleapis.com/auth/cloud-platform"

    let kind: Kind
    let tokenServer: HTTPURL

    /// Reads the file's JSON; `name` is the file's, for errors, which quote nothing of it.
    init(_ text: String, name: String) throws(SetupError) {
        guard let value = try? JSONDocument.decode(JSONValue.self, from: Array(text.utf8), noun: "key") else {
            throw SetupError("\(name) is no JSON: it must be a key file as Google Cloud writes it")
        }
        func member(_ key: String) throws(SetupError) -> String {
            guard let text = value[key]?.string, !text.isEmpty else {
                throw SetupError("\(name) has no \"\(key)\"")
            }
            return text
        }
        let place = value["token_uri"]?.string ?? "https://oauth2.googleapis.com/token"
        do {
            tokenServer = try HTTPURL(place)
        } catch {
            throw SetupError("\(name): token_uri: \(error)")
        }
        switch try member("type") {
        case "service_account":
            let key: RSAKey
            do throws(SetupError) {
                key = try RSAKey(pem: try member("private_key"))
            } catch {
                throw SetupError("\(name): \(error)")
            }
            kind = .service(
                email: try member("client_email"), keyID: value["private_key_id"]?.string, key: key)
        case "authorized_user":
            kind = .person(
                clientID: try member("client_id"), clientSecret: try member("client_secret"),
                refreshToken: try member("refresh_token"))
        case let type:
            throw SetupError(
                """
                \(name) is of the type "\(type.prefix(40))", which is not known here
                  hint: set $GOOGLE_OAUTH_ACCESS_TOKEN to what "gcloud auth print-access-token" prints
                """)
        }
    }

    /// The form that the token server wants.
    ///
    /// Source: RFC 7523, section 2.1; RFC 6749, section 6.
    func form(at now: Int64) throws(SetupError) -> [(String, String)] {
        switch kind {
        case .service(let email, let keyID, let key):
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", try assertion(email, keyID, key, at: now)),
            ]
        case .person(let clientID, let clientSecret, let refreshToken):
            [
                ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret),
                ("refresh_token", refreshToken),
            ]
        }
    }

    /// A token that the account signs itself, good for an hour.
    private func assertion(
        _ email: String, _ keyID: String?, _ key: RSAKey, at now: Int64
    ) throws(SetupError) -> String {
        var head: [String: JSONValue] = ["alg": .string("RS256"), "typ": .string("JWT")]
        if let keyID { head["kid"] = .string(keyID) }
        let claims: [String: JSONValue] = [
            "iss": .string(email), "scope": .string(GoogleAccount.scope), "aud": .string("\(tokenServer)"),
            "iat": .integer(now), "exp": .integer(now + 3600),
        ]
        let parts = try SetupError.wrap {
            try [head, claims].map { Base64.encodeForURL(try JSONDocument.encode(JSONValue.object($0))) }
        }
        let text = parts.joined(separator: ".")
        return "\(text).\(Base64.encodeForURL(try key.sign(Array(text.utf8))))"
    }
}
