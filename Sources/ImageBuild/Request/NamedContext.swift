// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// What `--build-context NAME=…` puts behind a name.
///
/// Source: docker buildx build, `--build-context`.
package enum NamedContext: Hashable, Sendable {
    /// A folder, or a file that is a tar archive.
    case folder(FilePath)
    case image(Reference)
    /// An image of an OCI layout: its name there, or its digest; nil for the only one.
    case layout(FilePath, name: String?)
    /// Files that are elsewhere: a git repository, an archive on a server, an artifact.
    case remote(BuildContextLocation)

    /// Reads a path, `docker-image://REFERENCE`, `oci-layout://FOLDER[:NAME|@DIGEST]` (also `oci:…`), the address of
    /// a git repository, the URL of a tar file, or `oci://REFERENCE`.
    package init(_ text: String) throws(InvalidValue) {
        if let name = text.without("docker-image://") {
            self = .image(try Reference(name))
            return
        }
        let isArtifact = text.hasPrefix("oci://")
        if let rest = text.without("oci-layout://") ?? (isArtifact ? nil : text.without("oci:")) {
            self = Self.layout(rest)
            return
        }
        for scheme in ["target:", "input:"] where text.hasPrefix(scheme) {
            throw InvalidValue(
                "build context", text,
                "\(scheme) is for docker buildx bake; name a folder, an image or a URL")
        }
        switch try BuildContextLocation.parse(text) {
        case .path(let path): self = .folder(path)
        case .standardInput:
            throw InvalidValue(
                "build context", text, "standard input can only be the context, or the Dockerfile")
        case let location: self = .remote(location)
        }
    }

    private static func layout(_ text: Substring) -> NamedContext {
        if let at = text.lastIndex(of: "@") {
            return .layout(FilePath(String(text[..<at])), name: String(text[text.index(after: at)...]))
        }
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else {
            return .layout(FilePath(String(text)), name: nil)
        }
        return .layout(FilePath(String(text[..<colon])), name: String(text[text.index(after: colon)...]))
    }
}

extension String {
    /// What follows `prefix`; nil where the text does not begin with it.
    fileprivate func without(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
