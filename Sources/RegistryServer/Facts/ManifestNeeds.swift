// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What must be in a repository before a manifest, in the form that one SQL statement takes at once.
///
/// Made before the transaction: a manifest may name 25,000 contents, and other writers wait meanwhile.
struct ManifestNeeds: Sendable {
    /// A JSON array of `[digest, size, needed]`, in the order of ``Manifest/children``; `needed` is 0 for a layer
    /// that may not be distributed, and need not be there.
    let json: String
    /// An index may name content of any type, a manifest for an image only blobs.
    let isIndex: Bool

    init(_ manifest: Manifest) {
        // A digest has no character that JSON escapes.
        let rows = manifest.children.map { child in
            #"["\#(child.digest)",\#(child.size),\#(child.mediaType.isNondistributableLayer ? 0 : 1)]"#
        }
        json = "[" + rows.joined(separator: ",") + "]"
        if case .index = manifest.content { isIndex = true } else { isIndex = false }
    }

    enum Fault: Sendable {
        case missing(digest: String)
        /// `index` is the place in ``Manifest/children``.
        case wrongSize(index: Int, stored: Int64)
    }
}
