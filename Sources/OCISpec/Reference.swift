// SPDX-License-Identifier: Apache-2.0

/// The name of an image as people write it: registry, repository, tag and digest.
///
/// Docker's normalisation applies: `bash` is `docker.io/library/bash:latest`; the part before the first `/`
/// is a registry only if it contains `.` or `:`, is `localhost`, or has an upper-case letter.
///
/// Source: the grammar in distribution's `reference` package.
package struct Reference: Hashable, Sendable {
    /// `host` or `host:port`; `docker.io` for Docker Hub.
    package var registry: String
    package var repository: RepositoryName
    package var tag: Tag?
    package var digest: Digest?

    /// The registry that a name without one means.
    package static let dockerHub = "docker.io"

    package init(registry: String, repository: RepositoryName, tag: Tag? = nil, digest: Digest? = nil) {
        self.registry = registry
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Reads a name.
    ///
    /// `tag` becomes `latest` when the text gives neither tag nor digest. `index.docker.io` becomes `docker.io`.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        let whole = String(text)
        try Reference.checkForm(whole)
        do {
            var rest = Substring(whole)
            if let at = rest.firstIndex(of: "@") {
                digest = try Digest(rest[rest.index(after: at)...])
                rest = rest[..<at]
            }
            (registry, rest) = try Reference.splitRegistry(rest)
            if let colon = rest.lastIndex(of: ":") {
                tag = try Tag(rest[rest.index(after: colon)...])
                rest = rest[..<colon]
            }
            let isShort = registry == Reference.dockerHub && !rest.contains("/")
            repository = try RepositoryName(isShort ? "library/" + rest : String(rest))
        } catch {
            guard error.value != whole else { throw InvalidValue("reference", whole, error.reason) }
            throw InvalidValue("reference", whole, "\(error.noun) \"\(error.value)\": \(error.reason)")
        }
        if tag == nil, digest == nil { tag = .latest }
    }

    /// Refuses what is no name but looks like one to people, without repeating a password.
    private static func checkForm(_ text: String) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue("reference", text, "it is empty") }
        let scheme = text.firstRange(of: "://")
        let name = scheme.map { text[$0.upperBound...] } ?? text[...]
        // A digest has no slash: what stands before the "@" is a user's name and password.
        if let slash = name.lastIndex(of: "/"), let at = name[..<slash].lastIndex(of: "@") {
            let shown = "…" + name[at...]
            throw InvalidValue("reference", shown, "credentials do not belong in a name; use stet login")
        }
        if scheme != nil {
            throw InvalidValue(
                "reference", text, "it has no scheme: write it without what stands before \"://\"")
        }
    }

    private static func splitRegistry(_ text: Substring) throws(InvalidValue) -> (String, Substring) {
        guard let slash = text.firstIndex(of: "/") else { return (dockerHub, text) }
        let first = text[..<slash]
        let isRegistry =
            first.contains(".") || first.contains(":") || first == "localhost" || first.hasPrefix("[")
            || first.contains(where: \.isUppercase)
        guard isRegistry else { return (dockerHub, text) }
        try checkRegistry(first)
        let isHub = first == "index.docker.io" || first == dockerHub
        return (isHub ? dockerHub : String(first), text[text.index(after: slash)...])
    }

    /// `host[:port]`, where a host is a domain name, an IPv4 address or an IPv6 address in brackets.
    package static func checkRegistry(_ text: some StringProtocol) throws(InvalidValue) {
        var host = Substring(String(text))
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let port = Int(host[host.index(after: colon)...]), (1...65_535).contains(port) else {
                throw InvalidValue("registry", text, "the port must be a number from 1 to 65535")
            }
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw InvalidValue("registry", text, "the address in brackets is not an IPv6 address")
            }
            return
        }
        let isLabel = { (label: Substring) in
            guard let first = label.utf8.first, let last = label.utf8.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
        guard host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel) else {
            throw InvalidValue("registry", text, "the host must be a domain name or an address")
        }
    }

    /// As people write it: without `docker.io/` and `library/`, with tag and digest as far as they are set.
    package var familiar: String {
        guard registry == Reference.dockerHub else { return description }
        let path = repository.rawValue
        let short = path.hasPrefix("library/") && repository.components.count == 2
        return (short ? String(path.dropFirst("library/".count)) : path) + suffix
    }

    private var suffix: String {
        (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

extension Reference: CustomStringConvertible {
    /// The full name, `registry/repository:tag@digest`.
    package var description: String { "\(registry)/\(repository)\(suffix)" }
}
