// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
package import RegistryTransport
package import TaskFile

/// Reads secrets of Azure Key Vault through its REST API.
///
/// The token comes from a service principal where the environment has one (`AZURE_TENANT_ID`,
/// `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`), else from the managed identity of the machine.
///
/// Sources: Key Vault REST API 7.4, "Get Secret"; Microsoft identity platform, "client credentials flow";
/// Azure Instance Metadata Service, "managed identities".
package struct KeyVaultClient: Sendable {
    private let http: any HTTPTransport
    private let environment: @Sendable (_ name: String) -> String?

    /// - Parameters:
    ///   - http: Follows no redirects: a vault has none.
    ///   - environment: Also says where other endpoints are: `AZURE_AUTHORITY_HOST`, `MSI_ENDPOINT`, and
    ///     `STET_KEYVAULT_ENDPOINT` in place of the vault's own address.
    package init(
        http: any HTTPTransport, environment: @escaping @Sendable (_ name: String) -> String?
    ) {
        self.http = http
        self.environment = environment
    }

    /// Where a machine of Azure's gets tokens for its own identity: without TLS, for nobody else hears it.
    private static let identityEndpoint = "http://169.254.169.254/metadata/identity/oauth2/token"

    /// Hosts that are spoken to without TLS and without a proxy: they are inside the machine or its host.
    ///
    /// `variable` looks up a variable of the environment.
    package static func plainHosts(_ variable: (_ name: String) -> String?) -> Set<String> {
        guard let url = try? HTTPURL(variable("MSI_ENDPOINT") ?? identityEndpoint), url.scheme == .http
        else { return [] }
        return [url.authority]
    }

    private struct Token: Decodable {
        let text: String

        enum CodingKeys: String, CodingKey {
            case text = "access_token"
        }
    }

    private struct Secret: Decodable {
        let value: String
    }

    /// A vault puts code and message into `error`; the token endpoint has the code there, and the rest beside it.
    private struct Fault: Decodable {
        let error: JSONValue?
        let description: String?

        enum CodingKeys: String, CodingKey {
            case error
            case description = "error_description"
        }

        var reason: String {
            let parts = [error?["code"]?.string ?? error?.string, error?["message"]?.string ?? description]
            let lines = parts.compactMap { $0?.split(whereSeparator: \.isNewline).first.map(String.init) }
            return lines.joined(separator: ": ")
        }
    }

    package func read(_ secret: KeyVaultSecret) async throws(TaskResolveError) -> String {
        let token = try await token(for: secret)
        let base = environment("STET_KEYVAULT_ENDPOINT") ?? "https://\(secret.host)"
        let path = "/secrets/\(secret.name)" + (secret.version.map { "/" + $0 } ?? "")
        var request = HTTPRequest(.get, try url(base + path + "?api-version=7.4"))
        request.headers["Authorization"] = "Bearer \(token)"
        return try await answer(Secret.self, to: request, of: secret.host).value
    }

    private func token(for secret: KeyVaultSecret) async throws(TaskResolveError) -> String {
        if let tenant = environment("AZURE_TENANT_ID"), let client = environment("AZURE_CLIENT_ID"),
            let password = environment("AZURE_CLIENT_SECRET"), secret.clientID == nil
        {
            let authority = environment("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com"
            var request = HTTPRequest(.post, try url("\(authority)/\(tenant)/oauth2/v2.0/token"))
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.body = .bytes(
                Array(
                    Self.form([
                        ("grant_type", "client_credentials"), ("client_id", client),
                        ("client_secret", password),
                        ("scope", secret.resource + "/.default"),
                    ]).utf8))
            return try await answer(Token.self, to: request, of: "the token endpoint").text
        }
        let endpoint = environment("MSI_ENDPOINT") ?? KeyVaultClient.identityEndpoint
        var query = [("api-version", "2018-02-01"), ("resource", secret.resource)]
        if let client = secret.clientID { query.append(("client_id", client)) }
        var request = HTTPRequest(.get, try url("\(endpoint)?\(Self.form(query))"))
        request.headers["Metadata"] = "true"
        return try await answer(Token.self, to: request, of: "the managed identity endpoint").text
    }

    private func answer<Value: Decodable>(
        _ type: Value.Type, to request: HTTPRequest, of whom: String
    ) async throws(TaskResolveError) -> Value {
        let response: HTTPResponse
        do {
            response = try await http.answer(to: request)
        } catch {
            throw TaskResolveError("\(whom) cannot be reached: \(error)")
        }
        guard response.isSuccess else {
            let fault = try? JSONDocument.decode(Fault.self, from: response.body, noun: "error")
            let reason = fault?.reason ?? ""
            throw TaskResolveError(
                "\(whom) answered \(response.status)" + (reason.isEmpty ? "" : " (\(reason))"))
        }
        // The error of a decoder quotes what it read, which is the secret.
        guard let value = try? JSONDocument.decode(type, from: response.body, noun: "answer") else {
            throw TaskResolveError("\(whom) answered something that is not understood")
        }
        return value
    }

    private func url(_ text: String) throws(TaskResolveError) -> HTTPURL {
        do {
            return try HTTPURL(text)
        } catch {
            throw TaskResolveError("\(error)")
        }
    }

    private static func form(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0)=\(encoded($1))" }.joined(separator: "&")
    }

    /// RFC 3986, section 2.3: all but unreserved characters as `%XX`.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte))
                : "%" + String(Int(byte) + 256, radix: 16, uppercase: true).dropFirst()
        }.joined()
    }
}
