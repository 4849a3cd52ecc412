// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// One thing in a layer: what its tar header says.
///
/// Sources: image-spec 1.1, layer.md; pax(1), "Extended header".
package struct LayerEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `size` in bytes, holes included.
        case file(size: Int64)
        case directory
        /// The text of the link, as it is; bytes that are not UTF-8 as in ``SystemPackage/FilePath/nameText``.
        case symlink(target: String)
        /// `target` is the path of an entry that stands earlier in the same layer.
        case hardLink(target: FilePath)
        case fifo
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
    }

    /// Relative to the root, without `.` and `..`, compared byte by byte.
    ///
    /// The root itself is `.`.
    package var path: FilePath
    package var kind: Kind
    /// The permission bits, 0 to 0o7777.
    package var mode: UInt32
    package var uid: UInt32 = 0
    package var gid: UInt32 = 0
    /// Seconds since 1970.
    package var mtime: Int64 = 0
    /// Extended attributes by full name, `user.note`.
    package var xattrs: [String: [UInt8]] = [:]

    package init(_ path: FilePath, _ kind: Kind, mode: UInt32) {
        self.path = path
        self.kind = kind
        self.mode = mode
    }
}
