// SPDX-License-Identifier: Apache-2.0

/// The endpoints of the distribution specification.
///
/// Paths are read from the right, because a repository may have components called `blobs`, `manifests`, `tags`,
/// `uploads` or `referrers`.
///
/// Source: distribution-spec 1.1, "Endpoints".
package enum RegistryRoute: Hashable, Sendable {
    /// A manifest's name in a path: a tag or a digest.
    package enum ManifestReference: Hashable, Sendable {
        case tag(Tag)
        case digest(Digest)
    }

    case base
    case catalog
    case blob(RepositoryName, Digest)
    case uploads(RepositoryName)
    case upload(RepositoryName, session: String)
    case manifest(RepositoryName, ManifestReference)
    case tags(RepositoryName)
    case referrers(RepositoryName, Digest)

    /// Reads a path without query.
    ///
    /// - Returns: nil when the path is none of the specification's.
    /// - Throws: ``InvalidValue`` when it is one, with a malformed name, digest or tag.
    package static func parse(_ path: some StringProtocol) throws(InvalidValue) -> RegistryRoute? {
        if path == "/v2" || path == "/v2/" { return .base }
        guard path.hasPrefix("/v2/") else { return nil }
        if path == "/v2/_catalog" { return .catalog }
        let parts = path.dropFirst("/v2/".count).split(separator: "/", omittingEmptySubsequences: false)
        func name(dropping count: Int) throws(InvalidValue) -> RepositoryName {
            try RepositoryName(parts.dropLast(count).joined(separator: "/"))
        }
        guard parts.count >= 3, let last = parts.last else { return nil }
        let before = parts[parts.count - 2]
        let third = parts.count >= 4 ? parts[parts.count - 3] : ""
        switch (third, before, last) {
        case ("blobs", "uploads", ""): return .uploads(try name(dropping: 3))
        case ("blobs", "uploads", let session):
            return .upload(try name(dropping: 3), session: String(session))
        case (_, "blobs", "uploads"): return .uploads(try name(dropping: 2))
        case (_, "blobs", let text): return .blob(try name(dropping: 2), try Digest(text))
        case (_, "manifests", let text):
            return .manifest(try name(dropping: 2), try ManifestReference(text))
        case (_, "tags", "list"): return .tags(try name(dropping: 2))
        case (_, "referrers", let text): return .referrers(try name(dropping: 2), try Digest(text))
        default: return nil
        }
    }

    /// The path, as clients send it.
    package var path: String {
        switch self {
        case .base: "/v2/"
        case .catalog: "/v2/_catalog"
        case .blob(let name, let digest): "/v2/\(name)/blobs/\(digest)"
        case .uploads(let name): "/v2/\(name)/blobs/uploads/"
        case .upload(let name, let session): "/v2/\(name)/blobs/uploads/\(session)"
        case .manifest(let name, let reference): "/v2/\(name)/manifests/\(reference)"
        case .tags(let name): "/v2/\(name)/tags/list"
        case .referrers(let name, let digest): "/v2/\(name)/referrers/\(digest)"
        }
    }

    /// The repository that the route is about.
    package var repository: RepositoryName? {
        switch self {
        case .base, .catalog: nil
        case .blob(let name, _), .uploads(let name), .upload(let name, _), .manifest(let name, _),
            .tags(let name), .referrers(let name, _):
            name
        }
    }
}

extension RegistryRoute.ManifestReference: CustomStringConvertible {
    /// A text with a colon is a digest, for no tag has one.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        self = text.contains(":") ? .digest(try Digest(text)) : .tag(try Tag(text))
    }

    package var description: String {
        switch self {
        case .tag(let tag): tag.rawValue
        case .digest(let digest): digest.description
        }
    }
}
