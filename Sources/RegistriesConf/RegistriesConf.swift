// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import SystemPackage

/// What `registries.conf` says: where images really are, and what short names mean.
///
/// Source: containers-registries.conf(5), version 2; containers-registries.conf.d(5).
package struct RegistriesConf: Hashable, Sendable {
    /// What somebody wants of a repository.
    package enum Use: Hashable, Sendable {
        case pull
        case push
    }

    /// At most one for a prefix.
    var rules: [RegistryRule] = []
    /// Full names without tag, by short name.
    var aliases: [String: Reference] = [:]
    /// The registries that a short name may be in, the first one first; nil where no file says so.
    var searchRegistries: [String]?
    package var shortNameMode = ShortNameMode.permissive
    /// What is not understood and has no effect, misspelt keys above all.
    package var warnings: [RegistriesConfError] = []

    /// No configuration: every reference means what it says.
    package init() {}

    /// Where to look for a reference, in order.
    ///
    /// Pulls try the mirrors first and the registry's location last. A push goes to the registry that the
    /// reference names, for a mirror is not a place to publish in.
    ///
    /// - Returns: At least one.
    /// - Throws: `.blocked` when a file forbids the registry.
    package func resolve(
        _ reference: Reference, for use: Use = .pull
    ) throws(ResolutionError) -> [Endpoint] {
        guard let (rule, match) = rule(for: reference) else {
            return [Endpoint(reference, isInsecure: false)]
        }
        if rule.isBlocked {
            throw .blocked(reference, prefix: rule.prefix.description, file: rule.file.string)
        }
        guard use == .pull else { return [Endpoint(reference, isInsecure: rule.isInsecure)] }
        var endpoints: [Endpoint] = []
        for mirror in rule.mirrors where mirror.serves(reference) {
            endpoints.append(try mirror.location.endpoint(for: match, isInsecure: mirror.isInsecure))
        }
        if let location = rule.location {
            endpoints.append(try location.endpoint(for: match, isInsecure: rule.isInsecure))
        } else {
            endpoints.append(Endpoint(reference, isInsecure: rule.isInsecure))
        }
        return endpoints
    }

    /// Whether plain HTTP, or TLS with any certificate, may be spoken to `host` or `host:port` at all.
    package func allowsInsecure(_ registry: String) -> Bool {
        rules.contains { rule in
            let isItself = rule.location?.host == registry || rule.prefix.covers(host: registry)
            return rule.isInsecure && isItself
                || rule.mirrors.contains { $0.isInsecure && $0.location.host == registry }
        }
    }

    /// The rule with the longest prefix.
    private func rule(for reference: Reference) -> (RegistryRule, PrefixMatch)? {
        var best: (rule: RegistryRule, match: PrefixMatch)?
        for rule in rules {
            guard let match = rule.prefix.match(reference) else { continue }
            let isLonger = best.map { rule.prefix.text.utf8.count > $0.rule.prefix.text.utf8.count }
            if isLonger ?? true { best = (rule, match) }
        }
        return best.map { ($0.rule, $0.match) }
    }
}

/// A repository at the place where it really is.
package struct Endpoint: Hashable, Sendable {
    /// `host` or `host:port`.
    package let registry: String
    package let repository: RepositoryName
    /// Plain HTTP, and TLS with a certificate that cannot be verified, are allowed.
    package let isInsecure: Bool

    package init(registry: String, repository: RepositoryName, isInsecure: Bool) {
        self.registry = registry
        self.repository = repository
        self.isInsecure = isInsecure
    }

    init(_ reference: Reference, isInsecure: Bool) {
        self.init(registry: reference.registry, repository: reference.repository, isInsecure: isInsecure)
    }
}

/// A reference that may not or cannot be used as the configuration is.
package enum ResolutionError: Error, Hashable, Sendable, CustomStringConvertible {
    case blocked(Reference, prefix: String, file: String)
    /// The location and what follows the prefix make no repository.
    case noRepository(Reference, location: String, reason: String)

    package var description: String {
        switch self {
        case .blocked(let reference, let prefix, let file):
            "\(reference): \(prefix) is blocked in \(file)"
        case .noRepository(let reference, let location, let reason):
            "\(reference): no repository at the configured location \(location): \(reason)"
        }
    }
}
