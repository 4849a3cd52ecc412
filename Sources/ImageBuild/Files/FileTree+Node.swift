// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage

extension FileTree {
    /// One thing in a tree, without its name.
    struct Node: Hashable, Sendable {
        /// Permissions with set-user-id, set-group-id and sticky bit.
        var mode: UInt32
        var owner: Owner
        var kind: Kind
        var extendedAttributes: [String: [UInt8]] = [:]
        /// Seconds since 1970; nil for the build's time, which everything has that does not bring its own.
        var mtime: Int64?
        /// The file has further names: nodes with the same content, in the same layer, are hard links.
        var isLinked = false
        /// What the file system said of a file of this machine; nil for all others.
        var stamp: FileStamp?

        static let newFolder = Node(mode: 0o755, owner: .root, kind: .folder)
    }

    enum Kind: Hashable, Sendable {
        case folder
        case file(Content)
        case symlink(target: String)
        /// A named pipe.
        case fifo
        case device(isBlock: Bool, major: UInt32, minor: UInt32)
    }

    /// Where a file's bytes are.
    enum Content: Hashable, Sendable {
        case bytes([UInt8])
        case host(FilePath, count: Int64)
        /// A file of a layer, by the path that its tar entry has, cleaned; as text that loses nothing.
        case layer(Descriptor, path: String, count: Int64)
    }
}

/// What tells one state of a file of this machine from another one.
///
/// Writing to a file changes `changed`, which nobody can set back.
struct FileStamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Nanoseconds since 1970, as the other one.
    let modified: Int64
    let changed: Int64
}
