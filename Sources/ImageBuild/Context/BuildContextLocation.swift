// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Where a build's context comes from, as it is written on the command line.
///
/// Sources: docker buildx build, "Build context"; Azure Container Registry, `az acr run`, for `oci://`.
package enum BuildContextLocation: Hashable, Sendable {
    /// A folder, or a file that is a tar archive of any compression.
    case path(FilePath)
    /// `-`: a tar archive, or the text of a Dockerfile.
    case standardInput
    /// A tar archive or a Dockerfile on a server.
    case url(WebAddress)
    case git(GitAddress)
    /// `oci://REGISTRY/REPOSITORY:TAG`: an artifact whose layers are the context.
    case artifact(Reference)

    /// Keeps `.git` where `BUILDKIT_CONTEXT_KEEP_GIT_DIR` asks for it, and the address itself says nothing.
    package mutating func obeyBuilderArguments(_ arguments: [String: String]) throws(InvalidValue) {
        guard case .git(var address) = self, address.keepsGitFolder == nil else { return }
        address.keepsGitFolder = try BuilderArgument.keepGitFolder.flag(in: arguments)
        self = .git(address)
    }

    /// - Throws: For an empty text, an address that cannot be read, and a scheme that nobody knows.
    package static func parse(_ text: String) throws(InvalidValue) -> BuildContextLocation {
        if text == "-" { return .standardInput }
        if GitAddress.isAddress(text) { return .git(try GitAddress(text)) }
        if text.hasPrefix("oci://") {
            let reference = try Reference(text.dropFirst("oci://".count))
            return .artifact(reference)
        }
        if text.hasPrefix("https://") || text.hasPrefix("http://") {
            do {
                return .url(try WebAddress(text))
            } catch {
                throw InvalidValue("build context", GitAddress.redacted(text), error.reason)
            }
        }
        if text.hasPrefix("github.com/") {
            let path = text.prefix { $0 != "#" }
            let fragment = text[path.endIndex...]
            return .git(try GitAddress("https://\(path)\(path.hasSuffix(".git") ? "" : ".git")\(fragment)"))
        }
        guard !text.isEmpty else {
            throw InvalidValue("build context", text, "it is empty; write . for this folder")
        }
        guard !text.contains("://") else {
            throw InvalidValue(
                "build context", GitAddress.redacted(text),
                "it must be a folder, a tar file, -, a git address, an https:// URL or oci://REFERENCE")
        }
        return .path(FilePath(text))
    }
}
