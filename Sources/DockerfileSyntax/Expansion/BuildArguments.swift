// SPDX-License-Identifier: Apache-2.0

/// The build arguments of a build: given on the command line, or known to every builder.
///
/// Source: Dockerfile reference, "Predefined ARGs" and "Automatic platform ARGs in the global scope".
package struct BuildArguments: Sendable {
    /// What `--build-arg` gave.
    package let given: [String: String]
    /// `TARGETPLATFORM` and its relatives: set before the first `FROM`, in a stage only where declared.
    package let platform: [String: String]

    /// Usable without an `ARG`, and kept out of the history and of the cache key.
    package static let predefined: Set<String> = {
        let names = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"]
        return Set(names + names.map { $0.lowercased() })
    }()

    package init(given: [String: String] = [:], platform: [String: String] = [:]) {
        self.given = given
        self.platform = platform
    }

    /// The value of an argument that has no declaration of its own, or whose declaration has no default.
    package func value(of name: String) -> String? {
        given[name] ?? platform[name]
    }

    /// The global scope: the platform's arguments and those declared before the first `FROM`.
    ///
    /// - Throws: At the default that cannot be expanded.
    package func globalScope(
        of dockerfile: Dockerfile
    ) throws(LocatedExpansionError) -> [String: String] {
        var scope = platform.merging(given.filter { platform[$0.key] != nil }) { $1 }
        for declaration in dockerfile.globalArguments {
            let name = declaration.name.text
            if let value = given[name] {
                scope[name] = value
            } else if let word = declaration.defaultValue {
                let known = scope
                let expander = Expander(escape: dockerfile.directives.escape) { known[$0] }
                scope[name] = try expander.expand(word)
            }
        }
        return scope
    }
}
