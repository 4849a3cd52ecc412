// SPDX-License-Identifier: Apache-2.0

/// Where the files of a build come from.
package enum BuildContext: Hashable, Sendable {
    /// A folder, relative to the working directory of the step.
    case folder(String)
    /// A repository under source control: `URL[#REF[:FOLDER]]`.
    case repository(String)
    /// An archive to download.
    case archive(String)
    /// Files of an OCI artifact: host, repository and tag.
    case artifact(String)
    /// `-`.
    case standardInput

    /// Tells the kinds apart by their spelling, as ACR Tasks does.
    package init(_ text: String) {
        let lowercase = text.lowercased()
        if text == "-" {
            self = .standardInput
        } else if lowercase.hasPrefix("oci://") {
            self = .artifact(String(text.dropFirst(6)))
        } else if Self.isRepository(lowercase) {
            self = .repository(text)
        } else if lowercase.hasPrefix("http://") || lowercase.hasPrefix("https://") {
            self = .archive(text)
        } else {
            self = .folder(text)
        }
    }

    /// A `.git` URL with an empty fragment is none: it is downloaded as an archive.
    private static func isRepository(_ text: String) -> Bool {
        if ["git://", "git@", "github.com/"].contains(where: text.hasPrefix) { return true }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return false }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if parts[0].hasSuffix(".git"), parts.count == 1 || !parts[1].isEmpty { return true }
        guard parts[0].hasPrefix("https://"), parts[0].contains("/_git/"), !parts[0].contains("?") else {
            return false
        }
        let host = parts[0].dropFirst(8).prefix { $0 != "/" }
        return host == "dev.azure.com" || host.hasSuffix("@dev.azure.com")
            || host.hasSuffix(".visualstudio.com")
    }
}
