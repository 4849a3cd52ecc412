// SPDX-License-Identifier: Apache-2.0

package import LayerArchive

/// One thing that a layer says: an entry, with what a file contains, for a `LayerWriter`.
package struct LayerChange: Hashable, Sendable {
    package var entry: LayerEntry
    /// Read from the mounted root when the layer is written: pack it before the root is adopted or goes away.
    package let content: LayerContent
}
