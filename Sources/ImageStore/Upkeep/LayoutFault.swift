// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// One thing that is wrong in a layout.
package struct LayoutFault: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// It is named and is not there.
        case missing
        /// It has another number of bytes than those who name it say.
        case size(actual: Int64, expected: Int64)
        /// Its bytes have another digest.
        case content(actual: Digest)
        /// It is a manifest by its media type and not by its bytes.
        case malformed(reason: String)
        /// Its digest is of an algorithm that we do not compute.
        case unverifiable
        /// It could not be read.
        case unreadable(reason: String)
        /// `index.json` cannot be read, so that nobody knows what is reached.
        case index(reason: String)
        /// A file or folder that no layout has there.
        case unknown(FilePath)
    }

    /// nil for what has no digest: the index, and unknown files.
    package let digest: Digest?
    package let kind: Kind
    /// The names that reach the content, and the digests of nameless roots, sorted; empty when nothing does.
    package let reachedBy: [String]

    init(_ kind: Kind, _ digest: Digest? = nil, reachedBy: Set<String> = []) {
        self.kind = kind
        self.digest = digest
        self.reachedBy = reachedBy.sorted()
    }
}

extension LayoutFault: CustomStringConvertible {
    /// One line: what, how, and whose.
    package var description: String {
        guard let digest else { return summary }
        let users =
            reachedBy.isEmpty ? "nothing reaches it" : "needed by \(reachedBy.joined(separator: ", "))"
        return "\(digest) \(summary) (\(users))"
    }

    private var summary: String {
        switch kind {
        case .missing: "is missing"
        case .size(let actual, let expected): "has \(actual) bytes, not \(expected)"
        case .content(let actual): "has the bytes of \(actual)"
        case .malformed(let reason): "is no manifest: \(reason)"
        case .unverifiable: "cannot be verified: only sha256 and sha512 can"
        case .unreadable(let reason): reason
        case .index(let reason): "the index cannot be read: \(reason)"
        case .unknown(let path): "\(path) does not belong into an image layout"
        }
    }
}
