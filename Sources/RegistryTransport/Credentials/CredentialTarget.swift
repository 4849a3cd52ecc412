// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What credentials are wanted for: a registry, and a repository in it if one is meant.
package struct CredentialTarget: Hashable, Sendable {
    /// `host` or `host:port` in lower case; `docker.io` for all hosts of Docker Hub.
    package let registry: String
    package let repository: RepositoryName?

    /// Takes a registry under any of the names that its credentials have in files and helpers:
    /// `https://index.docker.io/v1/` is `docker.io`.
    package init(registry: String, repository: RepositoryName? = nil) {
        self.registry = CredentialTarget.normal(registry)
        self.repository = repository
    }

    /// The keys under which credentials may be, the most special first: `r.io/a/b`, `r.io/a`, `r.io`.
    ///
    /// Source: containers-auth.json(5), "FORMAT".
    var names: [String] {
        let components = repository?.components ?? []
        return (0...components.count).reversed().map { count in
            ([registry] + components.prefix(count).map(String.init)).joined(separator: "/")
        }
    }

    /// A key without scheme and API version.
    ///
    /// Keys with a path of their own keep it.
    static func normal(_ key: String) -> String {
        var name = key.lowercased()
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) {
            name.removeFirst(scheme.count)
        }
        for suffix in ["/", "/v1", "/v2"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        return ["index.docker.io", "registry-1.docker.io"].contains(name) ? Reference.dockerHub : name
    }
}
