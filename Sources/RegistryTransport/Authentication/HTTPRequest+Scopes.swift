// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The rights that a request needs, as far as its address and its hints tell.
///
/// Source: distribution, `handlers/app.go`: reads pull; writes pull and push; deletions delete.
extension HTTPRequest {
    var neededScopes: TokenScopes {
        var needed = scopes
        let route = try? RegistryRoute.parse(url.path)
        if let repository = route?.repository {
            switch method {
            case .get, .head: needed.append(TokenScope(repository, [.pull]))
            case .post, .put, .patch: needed.append(TokenScope(repository, [.pull, .push]))
            case .delete: needed.append(TokenScope(repository, [.delete]))
            }
        } else if case .catalog? = route {
            needed.append(TokenScope("registry:catalog:*"))
        }
        // A mount reads another repository. Source: distribution-spec 1.1, "Mounting a blob".
        if let source = url.parameter("from").flatMap({ try? RepositoryName($0) }) {
            needed.append(TokenScope(source, [.pull]))
        }
        return TokenScopes(needed)
    }

    /// Whose credentials the request needs.
    var credentialTarget: CredentialTarget {
        CredentialTarget(
            registry: url.authority, repository: (try? RegistryRoute.parse(url.path))?.repository)
    }
}

extension HTTPURL {
    /// The value of a query parameter that needs no percent-decoding: names do not.
    fileprivate func parameter(_ name: String) -> String? {
        for pair in (query ?? "").split(separator: "&") where pair.hasPrefix("\(name)=") {
            return String(pair.dropFirst(name.count + 1).replacing("%2F", with: "/"))
        }
        return nil
    }
}
