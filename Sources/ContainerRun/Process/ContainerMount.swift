// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Something of the machine, or a new file system, at a place in a container.
///
/// A missing place is made, and is no change of the root file system.
package struct ContainerMount: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// A folder or file of the machine, with what is mounted in it.
        case bind(FilePath)
        /// A new file system in memory; nil is half of the memory.
        case tmpfs(sizeBytes: Int64?, mode: UInt32)
    }

    package var source: Source
    /// Absolute, in the container.
    package var target: FilePath
    package var isReadOnly: Bool

    package init(_ source: Source, at target: FilePath, isReadOnly: Bool = false) {
        self.source = source
        self.target = target
        self.isReadOnly = isReadOnly
    }
}
