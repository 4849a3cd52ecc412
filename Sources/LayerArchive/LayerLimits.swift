// SPDX-License-Identifier: Apache-2.0

/// How much a layer that we did not make may cost.
package struct LayerLimits: Hashable, Sendable {
    /// The length of the uncompressed tar stream, and the sum of the sizes that its entries give.
    package var bytes: Int64
    package var entries: Int

    package init(bytes: Int64, entries: Int) {
        self.bytes = bytes
        self.entries = entries
    }

    /// 64 GiB and four million entries: beyond any image we know of, below what a small bomb unfolds to.
    package static let standard = LayerLimits(bytes: 64 << 30, entries: 4_000_000)
}
