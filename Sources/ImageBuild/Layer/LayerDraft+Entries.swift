// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import SystemPackage

/// One entry of a layer that is to be packed.
struct PackedEntry: Sendable {
    var entry: LayerEntry
    /// Where the bytes of a file are; nil for all other kinds.
    var content: FileTree.Content?
    /// What the file system said of a file of this machine when its name was read.
    var stamp: FileStamp?
}

extension LayerDraft {
    /// What the layer will have, in its order; `mtime` is the time of what brings none of its own.
    func entries(mtime: Int64) -> [PackedEntry] {
        // By content: the first name of a file that has several.
        var firstPaths: [FileTree.Content: FilePath] = [:]
        return sorted.map { path, node in
            var entry = LayerEntry(
                FilePath(nameText: String(path.dropFirst())), node.entryKind, mode: node.mode)
            (entry.uid, entry.gid, entry.mtime) = (node.owner.user, node.owner.group, node.mtime ?? mtime)
            entry.xattrs = node.extendedAttributes
            guard case .file(let content) = node.kind else { return PackedEntry(entry: entry) }
            if node.isLinked, let first = firstPaths[content] {
                entry.kind = .hardLink(target: first)
                return PackedEntry(entry: entry)
            }
            if node.isLinked { firstPaths[content] = entry.path }
            return PackedEntry(entry: entry, content: content, stamp: node.stamp)
        }
    }
}

extension FileTree.Node {
    fileprivate var entryKind: LayerEntry.Kind {
        switch kind {
        case .folder: .directory
        case .symlink(let target): .symlink(target: target)
        case .file(let content): .file(size: content.count)
        case .fifo: .fifo
        case .device(true, let major, let minor): .blockDevice(major: major, minor: minor)
        case .device(false, let major, let minor): .characterDevice(major: major, minor: minor)
        }
    }
}

extension FileTree.Content {
    /// In bytes.
    fileprivate var count: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .host(_, let count), .layer(_, _, let count): count
        }
    }
}
