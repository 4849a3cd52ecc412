// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// What a person gives of secrets for servers of files and repositories, by the names that BuildKit has for them.
///
/// Source: BuildKit, source/http and source/git: `HTTP_AUTH_HEADER_HOST` and `HTTP_AUTH_TOKEN_HOST`, `GIT_AUTH_HEADER`
/// and `GIT_AUTH_TOKEN`, both of these also with `.HOST`.
package struct ServerSecrets: Sendable {
    private let secrets: [String: SecretSource]

    /// Takes the secrets of a build, by id.
    package init(_ secrets: [String: SecretSource] = [:]) {
        self.secrets = secrets
    }

    /// What the header `Authorization` says to a server of files; nil where nothing is given for it.
    ///
    /// A token goes as `Bearer`, and counts more than a header. `host` has no port.
    func authorization(ofFilesAt host: String) async throws -> String? {
        if let token = try await text(of: "HTTP_AUTH_TOKEN_\(host)") { return "Bearer \(token)" }
        return try await text(of: "HTTP_AUTH_HEADER_\(host)")
    }

    /// The same for a repository that git reads over HTTP; nil for all other addresses.
    ///
    /// A token goes as the password of `x-access-token`, and a header counts more than that.
    func authorization(ofRepository remote: String) async throws -> String? {
        guard let authority = Self.authority(of: remote) else { return nil }
        let host = Self.host(of: authority)
        for suffix in [".\(authority)", ".\(host)", ""] {
            if let header = try await text(of: "GIT_AUTH_HEADER" + suffix) { return header }
            if let token = try await text(of: "GIT_AUTH_TOKEN" + suffix) {
                return "basic " + Data("x-access-token:\(token)".utf8).base64EncodedString()
            }
        }
        return nil
    }

    /// `host` or `host:port`, without who asks; nil where no HTTP is spoken.
    private static func authority(of remote: String) -> String? {
        guard let scheme = remote.firstRange(of: "://"),
            ["http", "https"].contains(remote[..<scheme.lowerBound].lowercased())
        else { return nil }
        let authority = remote[scheme.upperBound...].prefix { $0 != "/" }
        return String(
            authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...])
    }

    /// Without a port; of an address of IPv6 without its brackets.
    static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    /// A secret of one line; what ends the line is no part of it.
    ///
    /// - Throws: For one that cannot be a header; the error has its name alone.
    private func text(of id: String) async throws -> String? {
        guard let source = secrets[id] else { return nil }
        let bytes = try await source.read()
        let text = String(decoding: bytes, as: UTF8.self).trimmingPrefix { $0.isWhitespace }
        let line = text.prefix(text.count - text.reversed().prefix { $0.isWhitespace }.count)
        guard !line.isEmpty, line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Problem(
                line.isEmpty ? "the secret \(id) is empty" : "the secret \(id) has more than one line",
                hint: "it is what a header says to a server")
        }
        return String(line)
    }
}
