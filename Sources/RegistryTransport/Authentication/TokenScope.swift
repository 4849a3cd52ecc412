// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Rights to one resource, as Bearer tokens carry them: `repository:team/app:pull,push`.
///
/// Source: distribution, "Docker Registry Token Authentication: token scope documentation".
package struct TokenScope: Hashable, Sendable {
    package enum Action: String, Sendable {
        case pull
        case push
        case delete
    }

    /// Type and name, `repository:team/app`; the whole scope where a registry has a grammar of its own.
    let resource: String
    /// Empty in a scope of another grammar.
    let actions: Set<String>

    /// Rights to a repository.
    package init(_ repository: RepositoryName, _ actions: Set<Action>) {
        resource = "repository:\(repository)"
        self.actions = Set(actions.map(\.rawValue))
    }

    /// Reads one scope; whatever is not `type:name:actions` is taken as it is.
    init(_ text: some StringProtocol) {
        let text = String(text)
        guard let last = text.lastIndex(of: ":"), let first = text.firstIndex(of: ":"), first < last else {
            (resource, actions) = (text, [])
            return
        }
        resource = String(text[..<last])
        actions = Set(text[text.index(after: last)...].split(separator: ",").map(String.init))
    }
}

/// What one token is good for: for each resource, its actions.
struct TokenScopes: Hashable, Sendable {
    private var actions: [String: Set<String>] = [:]

    init(_ scopes: [TokenScope] = []) {
        for scope in scopes { actions[scope.resource, default: []].formUnion(scope.actions) }
    }

    /// Reads the scopes of a challenge, separated by blanks.
    init(_ text: String) {
        self.init(text.split(separator: " ").map { TokenScope($0) })
    }

    var isEmpty: Bool { actions.isEmpty }

    /// Each scope as it travels, in an order that does not depend on how they were gathered.
    var list: [String] {
        actions.sorted { $0.key < $1.key }.map { resource, actions in
            actions.isEmpty ? resource : "\(resource):\(actions.sorted().joined(separator: ","))"
        }
    }

    func union(_ other: TokenScopes) -> TokenScopes {
        var both = self
        both.actions.merge(other.actions) { $0.union($1) }
        return both
    }

    /// True when a token for these scopes serves a request that needs the others.
    func covers(_ others: TokenScopes) -> Bool {
        others.actions.allSatisfy { resource, needed in
            actions[resource].map { $0.contains("*") || $0.isSuperset(of: needed) } ?? false
        }
    }
}
