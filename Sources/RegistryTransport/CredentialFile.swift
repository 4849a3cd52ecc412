// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import FoundationEssentials
package import SystemPackage

/// The credentials that `docker login` keeps in `config.json`, and podman in `auth.json`.
///
/// Source: docker/cli, "config.json properties"; containers-auth.json(5).
package struct CredentialFile: Sendable {
    private let auths: [String: Entry]

    private struct Document: Decodable {
        var auths: [String: Entry]?
    }

    private struct Entry: Decodable {
        /// `user:password` in Base64.
        var auth: String?
        var username: String?
        var password: String?
        var identitytoken: String?
    }

    /// Reads a file; a missing one has no credentials.
    package init(_ path: FilePath) throws(CredentialFileError) {
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(path, limitBytes: 4 << 20)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else {
                throw CredentialFileError(path, "\(error.errno)")
            }
            auths = [:]
            return
        }
        do {
            auths = try JSONDecoder().decode(Document.self, from: Data(bytes)).auths ?? [:]
        } catch {
            throw CredentialFileError(path, "it is not the JSON that docker login writes")
        }
    }

    /// The credentials for a registry (`host` or `host:port`), under any spelling that the tools use.
    package func credentials(for registry: String) -> Credentials? {
        var names = [registry, "https://\(registry)", "http://\(registry)"]
        names += ["https://\(registry)/v1/", "https://\(registry)/v2/"]
        if registry == "docker.io" || registry == "registry-1.docker.io" {
            names = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"] + names
        }
        for name in names {
            if let credentials = auths[name].flatMap(CredentialFile.credentials) { return credentials }
        }
        return nil
    }

    private static func credentials(_ entry: Entry) -> Credentials? {
        if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
        if let auth = entry.auth, let data = Data(base64Encoded: auth) {
            let text = String(decoding: data, as: UTF8.self)
            if let colon = text.firstIndex(of: ":") {
                return .basic(
                    user: String(text[..<colon]),
                    password: String(text[text.index(after: colon)...].filter { $0 != "\0" }))
            }
        }
        if let user = entry.username, let password = entry.password {
            return .basic(user: user, password: password)
        }
        return nil
    }
}

/// A credential file cannot be used.
///
/// Says nothing of its content.
package struct CredentialFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ path: FilePath, _ reason: String) {
        description = "cannot read credentials from \(path): \(reason)"
    }
}
