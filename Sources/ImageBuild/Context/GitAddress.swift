// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Where a git repository is, and what of it is meant: `https://host/repository.git#ref:folder`.
///
/// The forms are those of BuildKit: `https://` and `http://` with `.git` at the path's end, `git://`,
/// `ssh://`, `user@host:path`, and `file://` for a context. Behind `#` stand a ref and a folder; or the query
/// says them (`?ref=…&tag=…&branch=…&subdir=…&commit=…&keep-git-dir=…&submodules=…`).
///
/// Source: docker buildx build, "Git repositories"; Dockerfile reference, "ADD", "Adding files from a Git
/// repository".
package struct GitAddress: Hashable, Sendable {
    /// As git takes it.
    package private(set) var remote: String
    /// A branch, a tag, a full ref or a commit; nil for the remote's `HEAD`.
    package private(set) var ref: String?
    /// Inside the repository, without `..`; nil for all of it.
    package private(set) var folder: String?
    /// The commit that must come out: a hash, or the beginning of one.
    package private(set) var commit: String?
    /// nil where nobody has said.
    package internal(set) var keepsGitFolder: Bool?
    package private(set) var hasSubmodules = true

    /// Whether a text is meant as an address of a git repository.
    package static func isAddress(_ text: String) -> Bool {
        let remote = text.prefix { $0 != "#" && $0 != "?" }
        if ["git://", "ssh://"].contains(where: text.hasPrefix) { return true }
        if ["https://", "http://", "file://"].contains(where: text.hasPrefix) {
            return remote.hasSuffix(".git")
        }
        return isShellAddress(remote)
    }

    /// `user@host:path`, as ssh has it.
    private static func isShellAddress(_ text: Substring) -> Bool {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let colon = parts[1].firstIndex(of: ":"), colon != parts[1].startIndex,
            !parts[0].isEmpty, parts[1].index(after: colon) != parts[1].endIndex
        else { return false }
        return parts[0].allSatisfy(isHostCharacter) && parts[1][..<colon].allSatisfy(isHostCharacter)
    }

    private static func isHostCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    package init(_ text: String) throws(InvalidValue) {
        let shown = Self.redacted(text)
        guard Self.isAddress(text) else {
            throw InvalidValue(
                "git address", shown, "write https://HOST/REPOSITORY.git, ssh://… or git@HOST:PATH")
        }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let fragment = parts.count == 2 ? parts[1] : ""
        let pair = fragment.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        ref = pair.first.flatMap { $0.isEmpty ? nil : String($0) }
        folder = pair.count == 2 && !pair[1].isEmpty ? String(pair[1]) : nil
        let address = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        remote = String(address[0])
        if address.count == 2 { try readQuery(address[1], of: shown) }
        for value in [ref, commit].compactMap(\.self) where !Self.isSafe(value) {
            throw InvalidValue("git address", shown, "'\(value)' is not the name of a branch, tag or commit")
        }
        if let folder, folder.split(separator: "/").contains("..") {
            throw InvalidValue("git address", shown, "the folder leads out of the repository")
        }
    }

    /// The same address, where a commit must come out.
    func expecting(_ commit: String) throws(InvalidValue) -> GitAddress {
        guard commit.count >= 7, commit.allSatisfy(\.isHexDigit) else {
            throw InvalidValue("commit", commit, "it must be a hash, at least 7 of its digits")
        }
        guard self.commit == nil || self.commit == commit else {
            throw InvalidValue("commit", commit, "the address says \(self.commit ?? "")")
        }
        var address = self
        address.commit = commit.lowercased()
        return address
    }

    /// Without a password.
    package var description: String { Self.redacted(remote) }

    private mutating func readQuery(_ query: Substring, of shown: String) throws(InvalidValue) {
        for field in query.split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? String(pair[1]) : ""
            switch pair[0] {
            case "ref": ref = value
            case "branch": ref = value.hasPrefix("refs/heads/") ? value : "refs/heads/" + value
            case "tag": ref = value.hasPrefix("refs/tags/") ? value : "refs/tags/" + value
            case "subdir": folder = value
            case "commit", "checksum": self = try expecting(value)
            case "keep-git-dir": keepsGitFolder = value != "false" && value != "0"
            case "submodules": hasSubmodules = value != "false" && value != "0"
            default: throw InvalidValue("git address", shown, "the query has an unknown word '\(pair[0])'")
            }
        }
    }

    /// No option of git, no revision expression, no blank.
    private static func isSafe(_ ref: String) -> Bool {
        !ref.hasPrefix("-") && !ref.contains("..") && !ref.isEmpty
            && ref.unicodeScalars.allSatisfy {
                $0.value > 0x20 && !"~^:?*[\\\u{7F}".unicodeScalars.contains($0)
            }
    }

    static func redacted(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<scheme.upperBound] + "***" + text[at...]
    }
}

extension GitAddress: CustomStringConvertible {}
