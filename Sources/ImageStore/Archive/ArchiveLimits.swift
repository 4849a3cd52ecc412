// SPDX-License-Identifier: Apache-2.0

/// How much an image archive that we did not make may cost.
package struct ArchiveLimits: Hashable, Sendable {
    package var entries: Int
    /// What a compressed archive, or a layer that is unpacked for an archive, may unfold to.
    package var expandedBytes: Int64
    /// A manifest, a configuration, an index.
    package var documentBytes: Int

    package init(
        entries: Int = 1_000_000, expandedBytes: Int64 = 64 << 30, documentBytes: Int = 16 << 20
    ) {
        self.entries = entries
        self.expandedBytes = expandedBytes
        self.documentBytes = documentBytes
    }
}
