// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// The bytes of a file that goes into a layer.
package enum LayerContent: Hashable, Sendable {
    case bytes([UInt8])
    /// A regular file of this machine, read when its entry is written; a symbolic link there is refused.
    case file(FilePath)
}
