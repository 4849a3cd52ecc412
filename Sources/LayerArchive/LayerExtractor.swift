// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Applies layers to a folder, the base layer first, and touches nothing outside.
///
/// Links among the parents of an entry are followed as they would be with the folder as the root of the file
/// system. Running as root, entries get their recorded owners, and devices are made, or left out where root may
/// not make them, as in a user namespace; otherwise files belong to the caller, and devices are refused.
package struct LayerExtractor: Sendable {
    package let root: FilePath
    package let limits: LayerLimits
    private let compressions: ReadCompressions
    /// What messages call the root.
    private let name: FilePath

    /// Nothing happens yet; `root` must exist when a layer is applied.
    ///
    /// Messages call it `name` where that is another one.
    package init(
        root: FilePath, named name: FilePath? = nil, limits: LayerLimits = .standard,
        accepting compressions: ReadCompressions = .layers
    ) {
        self.root = root
        self.name = name ?? root
        self.limits = limits
        self.compressions = compressions
    }

    /// Applies one layer: additions, replacements, whiteouts.
    ///
    /// - Parameters:
    ///   - file: The layer, of any compression.
    ///   - diffID: What the tar stream must hash to; nil when nobody has said.
    /// - Returns: What was applied, and what could not be kept.
    /// - Throws: The folder then holds a part of the layer, even when only the diffID is wrong: discard it.
    @discardableResult
    package func apply(_ file: FilePath, expecting diffID: Digest? = nil) throws(LayerError) -> AppliedLayer {
        var reader = try LayerReader(file, limits: limits, accepting: compressions)
        let tree = try LayerTree(root: root, named: name)
        var entries = 0
        while let entry = try reader.next() {
            try tree.apply(entry, reader)
            entries += 1
        }
        try tree.finish()
        let actual = try reader.finish()
        if let diffID, diffID != actual { throw .differs(expected: diffID, actual: actual) }
        return AppliedLayer(
            diffID: actual, entries: entries, skippedAttributes: tree.skippedAttributes,
            skippedDevices: tree.skippedDevices)
    }
}

/// What ``LayerExtractor`` did.
package struct AppliedLayer: Hashable, Sendable {
    package let diffID: Digest
    package let entries: Int
    /// Extended attributes that the file system or the lack of privilege did not let us set, as `path: name`.
    package let skippedAttributes: [String]
    /// Devices that root may not make here.
    package let skippedDevices: Set<FilePath>
}
