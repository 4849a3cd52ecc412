// SPDX-License-Identifier: Apache-2.0

/// The `Content-Range` of a chunk, `FIRST-LAST`; `bytes ` in front and `/SIZE` behind are read over.
///
/// Source: distribution-spec 1.1, "Pushing a blob in chunks".
struct ChunkRange: Hashable, Sendable {
    let first: Int64
    let last: Int64

    /// nil for what is not a range.
    init?(_ header: String) {
        let text = header.hasPrefix("bytes ") ? header.dropFirst("bytes ".count) : header[...]
        let bounds = text.prefix { $0 != "/" }.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let first = Int64(bounds[0]), let last = Int64(bounds[1]), first <= last
        else { return nil }
        self.first = first
        self.last = last
    }

    var count: Int64 { last - first + 1 }
}
