// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OCISpec

/// The JSON of `config.json` and `auth.json`, with all that we do not know of it.
///
/// Source: docker/cli, "config.json properties"; containers-auth.json(5).
struct CredentialDocument: Sendable {
    private var members: [String: JSONValue]

    /// Reads a file's content; an empty one is an empty object.
    ///
    /// - Throws: A clause about what is wrong, without any of the content.
    init(_ bytes: [UInt8]) throws(CredentialFault) {
        guard bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
            members = [:]
            return
        }
        guard case .object(let members)? = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            throw CredentialFault("it is not the JSON that docker login writes")
        }
        self.members = members
    }

    /// The document as it is written: indented, sorted.
    func render() throws(InvalidValue) -> [UInt8] { try JSONDocument.pretty(JSONValue.object(members)) }

    /// The helper that keeps the credentials of a registry: its own one, else the one for all.
    func helper(for registry: String) -> String? {
        let own = object("credHelpers").filter { CredentialTarget.normal($0.key) == registry }
            .sorted { $0.key < $1.key }.compactMap(\.value.string).first
        let helper = own ?? members["credsStore"]?.string
        return helper.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All helpers that are named.
    var helpers: Set<String> {
        let all = object("credHelpers").values.compactMap(\.string) + [members["credsStore"]?.string ?? ""]
        return Set(all.filter { !$0.isEmpty })
    }

    /// The registries with an entry.
    var registries: Set<String> { Set(object("auths").keys.map(CredentialTarget.normal)) }

    /// The credentials of the longest key that fits, or of the registry itself under any spelling.
    func credentials(for target: CredentialTarget) throws(CredentialFault) -> Credentials? {
        let auths = object("auths")
        for name in target.names {
            let keys = auths.keys.filter { $0 == name || CredentialTarget.normal($0) == name }
            // The plain spelling wins over the others.
            for key in keys.sorted(by: { ($0 == name ? 0 : 1, $0) < ($1 == name ? 0 : 1, $1) }) {
                guard let entry = auths[key] else { continue }
                if let found = try CredentialDocument.credentials(entry, key) { return found }
            }
        }
        return nil
    }

    /// Writes an entry in place of all others of that registry; members that we do not know stay.
    mutating func set(_ credentials: Credentials, for registry: String, key: String) {
        var auths = object("auths")
        var entry: [String: JSONValue] = [:]
        if case .object(let old)? = auths[key] {
            entry = old.filter { !CredentialDocument.secretMembers.contains($0.key) }
        }
        switch credentials {
        case .basic(let user, let password):
            entry["auth"] = .string(Data("\(user):\(password)".utf8).base64EncodedString())
        case .identityToken(let token):
            entry["identitytoken"] = .string(token)
        }
        auths = auths.filter { CredentialTarget.normal($0.key) != registry }
        auths[key] = .object(entry)
        members["auths"] = .object(auths)
    }

    /// Removes the entries of a registry, and with `repositories` those of its repositories too.
    ///
    /// - Returns: Whether there were any.
    mutating func remove(_ registry: String, repositories: Bool = false) -> Bool {
        let auths = object("auths")
        let left = auths.filter { key, _ in
            let name = CredentialTarget.normal(key)
            return name != registry && !(repositories && name.hasPrefix(registry + "/"))
        }
        guard left.count < auths.count else { return false }
        members["auths"] = .object(left)
        return true
    }

    private static let secretMembers: Set = [
        "auth", "username", "password", "identitytoken", "registrytoken",
    ]

    private func object(_ name: String) -> [String: JSONValue] {
        guard case .object(let object)? = members[name] else { return [:] }
        return object
    }

    private static func credentials(
        _ entry: JSONValue, _ key: String
    ) throws(CredentialFault) -> Credentials? {
        if let token = entry["identitytoken"]?.string, !token.isEmpty { return .identityToken(token) }
        if let auth = entry["auth"]?.string, !auth.isEmpty {
            guard let data = Data(base64Encoded: auth),
                case let text = String(decoding: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
            else { throw CredentialFault("auths.\"\(key)\".auth is not user:password in Base64") }
            let user = String(text[..<colon])
            let password = String(text[text.index(after: colon)...].filter { $0 != "\0" })
            return user == CredentialHelper.tokenUser
                ? .identityToken(password) : .basic(user: user, password: password)
        }
        if let user = entry["username"]?.string, let password = entry["password"]?.string {
            return .basic(user: user, password: password)
        }
        return nil
    }
}

/// What is wrong with a credential file.
struct CredentialFault: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
