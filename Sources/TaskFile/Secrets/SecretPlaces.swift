// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

/// Where the secrets of a task come from, said outside the task file.
///
/// So a file that names a key vault runs unchanged where there is none.
package struct SecretPlaces: Sendable {
    private static let keys = ["env", "file", "command", "keyvault", "clientID"]

    private var places: [String: SecretPlace] = [:]

    package init() {}

    package var ids: [String] { places.keys.sorted() }

    package subscript(id: String) -> SecretPlace? { places[id] }

    /// Reads a document: a mapping of ids to `env: NAME`, `file: PATH`, `command: LINE` or
    /// `keyvault: URL` with `clientID: UUID`.
    package static func parse(_ text: String, file: String) throws(Diagnostic) -> SecretPlaces {
        var result = SecretPlaces()
        guard let root = try YAMLParser.parse(text, file: file) else { return result }
        let entries = try (root["secrets"] ?? root).entries("a file of secrets")
        for entry in entries {
            result.places[entry.key] = try place(entry.value, of: entry.key)
        }
        return result
    }

    private static func place(_ value: YAMLValue, of id: String) throws(Diagnostic) -> SecretPlace {
        let entries = try value.entries("the secret \"\(id)\"")
        for entry in entries where !keys.contains(entry.key) {
            throw Diagnostic(
                at: entry.keyLocation, "\"\(entry.key)\" is no source of a secret",
                hint: nearestWord(to: entry.key, in: keys).map { "did you mean \($0)?" }
                    ?? "write env, file, command or keyvault")
        }
        guard let first = entries.first(where: { $0.key != "clientID" }),
            entries.count(where: { $0.key != "clientID" }) == 1
        else {
            throw Diagnostic(
                at: value.location, "the secret \"\(id)\" needs one of env, file, command and keyvault")
        }
        do {
            return try place(
                first.key, try first.value.string(first.key),
                clientID: try value["clientID"]?.string("clientID"))
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic(at: first.value.location, "\(error)")
        }
    }

    private static func place(_ key: String, _ text: String, clientID: String?) throws -> SecretPlace {
        switch key {
        case "env": return .environment(text)
        case "file", "src", "source": return .file(text)
        case "command":
            let words = try ShellWords(text).words.map(\.text)
            guard !words.isEmpty else { throw TaskResolveError("command is empty") }
            return .command(words)
        case "keyvault": return .keyVault(try KeyVaultSecret(url: text, clientID: clientID))
        default:
            throw TaskResolveError("\"\(key)\" is no source of a secret: write env, src, command or keyvault")
        }
    }

    /// Adds a place from `id=ID,env=NAME`, `id=ID,src=FILE`, `id=ID,command=LINE` or `id=ID,keyvault=URL`.
    ///
    /// The place stands last, so that it may have commas.
    package mutating func add(_ flag: String) throws(TaskInputError) {
        let parts = flag.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("id="), parts[0].count > 3,
            let equals = parts[1].firstIndex(of: "="), !parts[1][equals...].dropFirst().isEmpty
        else { throw .notSecret(flag, "it must be like id=token,env=TOKEN") }
        do {
            places[String(parts[0].dropFirst(3))] = try Self.place(
                String(parts[1][..<equals]), String(parts[1][equals...].dropFirst()), clientID: nil)
        } catch {
            throw .notSecret(flag, "\(error)")
        }
    }

    /// The place that counts for a secret of a task: one that is said here, else its key vault.
    package func place(of secret: TaskSecret) throws(TaskResolveError) -> SecretPlace {
        if let place = places[secret.id] { return place }
        guard let url = secret.keyVault else {
            throw TaskResolveError("nobody says where it is")
        }
        return .keyVault(try KeyVaultSecret(url: url, clientID: secret.clientID))
    }
}
