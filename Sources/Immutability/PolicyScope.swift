// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What a policy is about; there is at most one policy for each scope.
///
/// Written `registry`, `namespace/NAME` or `repository/NAME`, where a name may have several components.
package enum PolicyScope: Hashable, Sendable {
    case registry
    /// Every repository under `name/`, at any depth; not the repository called `name`.
    case namespace(RepositoryName)
    case repository(RepositoryName)

    package init(_ text: some StringProtocol) throws(InvalidValue) {
        if text == "registry" {
            self = .registry
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["namespace", "repository"].contains(parts[0]) else {
            throw InvalidValue("scope", text, "it must be registry, namespace/NAME or repository/NAME")
        }
        do {
            let name = try RepositoryName(parts[1])
            self = parts[0] == "namespace" ? .namespace(name) : .repository(name)
        } catch {
            throw InvalidValue("scope", text, error.reason)
        }
    }

    /// How a repository is called inside this scope, for a policy's `images`; nil when it is outside.
    ///
    /// The whole name in the registry, the part after `name/` in a namespace.
    package func relativeName(of repository: RepositoryName) -> String? {
        switch self {
        case .registry: repository.rawValue
        case .namespace(let name):
            repository.isUnder(namespace: name.rawValue)
                ? String(repository.rawValue.dropFirst(name.rawValue.count + 1)) : nil
        case .repository(let name): name == repository ? repository.rawValue : nil
        }
    }

    /// The registry first, then namespaces from the outermost inwards, then repositories.
    private var breadth: (Int, Int, String) {
        switch self {
        case .registry: (0, 0, "")
        case .namespace(let name): (1, name.components.count, name.rawValue)
        case .repository(let name): (2, name.components.count, name.rawValue)
        }
    }
}

extension PolicyScope: CustomStringConvertible, Comparable {
    package var description: String {
        switch self {
        case .registry: "registry"
        case .namespace(let name): "namespace/\(name)"
        case .repository(let name): "repository/\(name)"
        }
    }

    /// The wider scope first.
    package static func < (a: PolicyScope, b: PolicyScope) -> Bool { a.breadth < b.breadth }
}
