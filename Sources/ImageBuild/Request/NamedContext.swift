// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// What `--build-context NAME=…` puts behind a name.
///
/// Source: docker buildx build, `--build-context`.
package enum NamedContext: Hashable, Sendable {
    case folder(FilePath)
    case image(Reference)
    /// An image of an OCI layout: its name there, or its digest; nil for the only one.
    case layout(FilePath, name: String?)

    /// Reads `FOLDER`, `docker-image://REFERENCE`, or `oci-layout://FOLDER[:NAME|@DIGEST]` (also `oci:…`).
    package init(_ text: String) throws(InvalidValue) {
        if let name = text.without("docker-image://") {
            self = .image(try Reference(name))
        } else if let rest = text.without("oci-layout://") ?? text.without("oci:") {
            self = Self.layout(rest)
        } else if text.contains("://") {
            throw InvalidValue(
                "build context", text, "it is no folder, docker-image://NAME or oci-layout://FOLDER")
        } else {
            guard !text.isEmpty else { throw InvalidValue("build context", text, "it is empty") }
            self = .folder(FilePath(text))
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
