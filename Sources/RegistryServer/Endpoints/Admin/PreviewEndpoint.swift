// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Immutability
import OCISpec

/// What a change of a policy would protect, without making it.
///
/// The body is a policy as for a creation; fields that it leaves out are those of the scope's policy, if there is
/// one. A member `names` (`["team/app:1.0"]`) asks about these names instead of the tags that exist.
struct PreviewEndpoint {
    let registry: Registry

    func preview(_ request: Request, _ query: QueryParameters) async throws -> Response {
        guard request.method == .post else { throw RegistryFailure.methodNotAllowed("POST") }
        guard let limit = Int(query["n"] ?? "100"), (0...10_000).contains(limit) else {
            throw RegistryFailure(.badRequest, .unsupported, "n must be a number from 0 to 10000")
        }
        guard case .object(var members) = try await request.json("policy") else {
            throw RegistryFailure(InvalidPolicy(field: "policy", "it must be a JSON object"))
        }
        let names = try PreviewEndpoint.names(members.removeValue(forKey: "names"))
        guard let scope = try members["scope"]?.string.map({ try PolicyScope($0) }) else {
            throw RegistryFailure(InvalidPolicy(field: "scope", "it is missing"))
        }
        let fields = JSONValue.object(members)
        let preview = try await registry.facts.read { facts in
            let standing = try facts.policies()
            let old = standing.first { $0.scope == scope } ?? Policy(scope: scope)
            let new = try RegistryFailure.valid { () throws(InvalidPolicy) in
                let new = try old.changed(by: fields)
                try new.checkReach()
                return new
            }
            var preview = PolicyPreview(of: new, among: standing, limit: limit)
            if let names {
                for name in names { preview.add(name) }
            } else {
                try facts.forEachTag { preview.add($0) }
            }
            return preview
        }
        return try .json(.ok, preview.json)
    }

    private static func names(_ value: JSONValue?) throws -> [TagName]? {
        guard let value else { return nil }
        guard let items = value.array, items.count <= 10_000 else {
            throw RegistryFailure(
                InvalidPolicy(
                    field: "names", "it must be a list of at most 10,000 texts, each REPOSITORY:TAG"))
        }
        return try items.enumerated().map { index, item in
            let text = item.string ?? ""
            guard let colon = text.lastIndex(of: ":") else {
                throw RegistryFailure(InvalidPolicy(field: "names[\(index)]", "it must be REPOSITORY:TAG"))
            }
            return TagName(
                try RepositoryName(text[..<colon]), try Tag(text[text.index(after: colon)...]))
        }
    }
}
