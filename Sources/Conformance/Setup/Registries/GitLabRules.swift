// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// The rules for tags of a project in GitLab, which are spoken of by GraphQL only.
///
/// Source: GitLab documentation, "Immutable container tags"; GraphQL reference, `createContainerProtectionTagRule`,
/// `updateContainerProtectionTagRule`, `deleteContainerProtectionTagRule`.
struct GitLabRules {
    static let allTags = ".*"

    let api: AdminAPI

    /// One mutation, with texts for arguments.
    struct Mutation {
        let name: String
        let arguments: KeyValuePairs<String, String>

        /// Without roles that may push or delete, a rule is one of immutability.
        static func create(_ project: String, _ pattern: String = allTags) -> Mutation {
            Mutation(
                name: "createContainerProtectionTagRule",
                arguments: ["projectPath": project, "tagNamePattern": pattern])
        }

        static func update(_ id: String, _ pattern: String) -> Mutation {
            Mutation(
                name: "updateContainerProtectionTagRule", arguments: ["id": id, "tagNamePattern": pattern])
        }

        static func delete(_ id: String) -> Mutation {
            Mutation(name: "deleteContainerProtectionTagRule", arguments: ["id": id])
        }
    }

    /// How a mutation was answered with 200, which GraphQL says to what it refuses, too.
    enum Outcome {
        case done(rule: JSONValue?)
        /// The rule is not for this user to see, or to change.
        case turnedAway(String)
        case refused(String)
    }

    /// The identifiers of the rules of a project; none where the project is gone.
    func list(_ path: String) async throws(SetupError) -> [String] {
        let name = "containerProtectionTagRules"
        let project = try GitLabRules.literal(path)
        let answer = try await ask("{ project(fullPath: \(project)) { \(name) { nodes { id } } } }")
        guard answer.status == 200 else { throw answer.failure }
        guard answer.body?["errors"] == nil, let data = answer.body?["data"] else {
            throw SetupError("\(answer.place) (\(name)) was refused: \(answer.words)")
        }
        return data["project"]?[name]?["nodes"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    /// - Returns: The rule.
    func create(_ project: String) async throws(SetupError) -> JSONValue? {
        try await demand(.create(project))
    }

    func update(_ id: String, _ pattern: String) async throws(SetupError) {
        _ = try await demand(.update(id, pattern))
    }

    func delete(_ id: String) async throws(SetupError) { _ = try await demand(.delete(id)) }

    /// Sends a mutation; ``outcome(of:answered:)`` says what an answer with 200 means.
    func send(_ mutation: Mutation) async throws(SetupError) -> AdminAPI.Answer {
        var input: [String] = []
        for (key, value) in mutation.arguments { input.append("\(key): \(try GitLabRules.literal(value))") }
        let fields = "{ containerProtectionTagRule { id immutable } errors }"
        return try await ask(
            "mutation { \(mutation.name)(input: {\(input.joined(separator: ", "))}) \(fields) }")
    }

    func outcome(
        of mutation: Mutation, answered answer: AdminAPI.Answer
    ) throws(SetupError) -> Outcome {
        if answer.body?["errors"] != nil {
            let words = answer.words
            if words.contains("don't have permission") { return .turnedAway(words) }
            throw SetupError("\(answer.place) (\(mutation.name)) was refused: \(words)")
        }
        let result = answer.body?["data"]?[mutation.name]
        let faults = result?["errors"]?.array?.compactMap(\.string) ?? []
        let words = ForeignText.line(faults.joined(separator: "; "))
        if words.hasPrefix("Unauthorized") { return .turnedAway(words) }
        guard faults.isEmpty, let result, result != .null else { return .refused(words) }
        return .done(rule: result["containerProtectionTagRule"])
    }

    private func demand(_ mutation: Mutation) async throws(SetupError) -> JSONValue? {
        let answer = try await send(mutation)
        guard answer.status == 200 else { throw answer.failure }
        switch try outcome(of: mutation, answered: answer) {
        case .done(let rule): return rule
        case .turnedAway(let words), .refused(let words):
            throw SetupError("\(answer.place) (\(mutation.name)) was refused: \(words)")
        }
    }

    private func ask(_ query: String) async throws(SetupError) -> AdminAPI.Answer {
        try await api.send(.post, "/graphql", .object(["query": .string(query)]))
    }

    /// A text in GraphQL, whose escapes are JSON's.
    private static func literal(_ text: String) throws(SetupError) -> String {
        let bytes = try SetupError.wrap { try JSONDocument.encode(JSONValue.string(text)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
