// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage

/// One `[[registry]]` table.
struct RegistryRule: Hashable, Sendable {
    let prefix: RegistryPrefix
    /// Where the prefix really is; nil where nothing is said: there, then.
    let location: RegistryLocation?
    let isInsecure: Bool
    let isBlocked: Bool
    let mirrors: [MirrorRule]
    /// The file that it is written in.
    let file: FilePath
}

/// One `[[registry.mirror]]` table.
struct MirrorRule: Hashable, Sendable {
    /// What a mirror is asked for: a tag may have moved on since it was filled, a digest cannot.
    enum Scope: String, CaseIterable, Sendable {
        case all
        case digestOnly = "digest-only"
        case tagOnly = "tag-only"
    }

    let location: RegistryLocation
    let isInsecure: Bool
    let scope: Scope

    func serves(_ reference: Reference) -> Bool {
        switch scope {
        case .all: true
        case .digestOnly: reference.digest != nil
        case .tagOnly: reference.digest == nil
        }
    }
}

/// A reference, and what of it follows the prefix that fits.
struct PrefixMatch: Hashable, Sendable {
    let reference: Reference
    /// The rest of the repository's path: empty, or beginning with `/`.
    let rest: String
}

/// The names that a rule is about: `host[:port][/path][:tag|@digest]`, or `*.domain` for all hosts under it.
struct RegistryPrefix: Hashable, Sendable {
    /// As it is written, host in lower case.
    let text: String

    init(_ text: String) throws(InvalidValue) {
        let host = text.prefix { $0 != "/" }
        let isWildcard = host.hasPrefix("*.")
        try Reference.checkRegistry(isWildcard ? host.dropFirst(2) : host)
        guard !text.hasSuffix("/") else { throw InvalidValue("prefix", text, "it ends with \"/\"") }
        if isWildcard, host.contains(":") {
            throw InvalidValue("prefix", text, "a wildcard has no port")
        }
        self.text = host.lowercased() + text.dropFirst(host.count)
    }

    var isWildcard: Bool { text.hasPrefix("*.") }

    /// True when the prefix is that host, or a wildcard for it.
    func covers(host: String) -> Bool {
        let own = text.prefix { $0 != "/" }
        guard isWildcard else { return own == host }
        return host.hasSuffix(own.dropFirst()) && host.utf8.count > own.utf8.count - 1
    }

    /// What of a reference follows the prefix; nil when it does not fit.
    ///
    /// Prefixes end at the border of a component: `r.io/a` does not fit `r.io/ab`.
    func match(_ reference: Reference) -> PrefixMatch? {
        let host = reference.registry.lowercased()
        let name = "\(reference.repository)"
        guard covers(host: host) else { return nil }
        let path = text.drop { $0 != "/" }
        guard !path.isEmpty else { return PrefixMatch(reference: reference, rest: "/" + name) }
        let whole = "/" + name
        if whole == path || whole.hasPrefix(path + "/") {
            return PrefixMatch(reference: reference, rest: String(whole.dropFirst(path.count)))
        }
        // The prefix names one image: a tag or a digest stands at its end.
        let images = [reference.tag.map { "\(whole):\($0)" }, reference.digest.map { "\(whole)@\($0)" }]
        return images.contains(String(path)) ? PrefixMatch(reference: reference, rest: "") : nil
    }
}

extension RegistryPrefix: CustomStringConvertible {
    var description: String { text }
}

/// Where a registry, or a part of one, really is: `host[:port][/path]`.
struct RegistryLocation: Hashable, Sendable {
    /// `host` or `host:port`.
    let host: String
    /// Empty, or beginning with `/`.
    let path: String

    init(_ text: String) throws(InvalidValue) {
        guard !text.contains("://") else {
            throw InvalidValue("location", text, "it has no scheme; insecure = true allows plain HTTP")
        }
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        let host = text.prefix { $0 != "/" }
        try Reference.checkRegistry(host)
        let path = text.dropFirst(host.count)
        if !path.isEmpty { _ = try RepositoryName(path.dropFirst()) }
        self.host = String(host)
        self.path = String(path)
    }

    func endpoint(
        for match: PrefixMatch, isInsecure: Bool
    ) throws(ResolutionError) -> Endpoint {
        do {
            let repository = try RepositoryName((path + match.rest).dropFirst())
            return Endpoint(registry: host, repository: repository, isInsecure: isInsecure)
        } catch {
            throw .noRepository(match.reference, location: "\(host)\(path)", reason: error.reason)
        }
    }
}
