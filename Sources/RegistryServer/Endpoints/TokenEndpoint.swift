// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import Hummingbird
import OCISpec

/// Gives a token for the password of a user, and one for no password where something may be done without.
///
/// Source: distribution, "Token Authentication Specification".
struct TokenEndpoint {
    let registry: Registry
    let access: AccessControl

    static let path = "/v2/token"

    private struct Answer: Encodable {
        let token: String
        /// The same under OAuth's name.
        let accessToken: String
        /// In seconds.
        let expiresIn: Int

        private enum CodingKeys: String, CodingKey {
            case token
            case accessToken = "access_token"
            case expiresIn = "expires_in"
        }
    }

    func respond(to request: Request) async throws -> Response {
        // Clients that would rather POST a form take 405 as the advice to GET.
        guard request.method == .get else { throw RegistryFailure.methodNotAllowed("GET") }
        var user: User?
        if case .user(let known, _) = try await registry.identify(request) { user = known }
        let token = access.tokens.token(for: user, at: time(nil))
        var response = try Response.json(
            .ok, Answer(token: token, accessToken: token, expiresIn: AccessTokens.lifetime))
        response.headers[name: .cacheControl] = "no-store"
        return response
    }

    /// The endpoint's address as this request's client reaches it; nil when it did not say under which name.
    ///
    /// `X-Forwarded-Proto` may be anybody's word: it only decides what the answer to the same client says.
    static func realm(for request: Request) -> String? {
        guard let host = request.head.authority, (1...255).contains(host.utf8.count),
            host.utf8.allSatisfy(isHostByte)
        else { return nil }
        let scheme = request.headers[name: .forwardedScheme]?.lowercased() == "https" ? "https" : "http"
        return "\(scheme)://\(host)\(path)"
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:[]".utf8.contains(byte)
        }
    }
}
