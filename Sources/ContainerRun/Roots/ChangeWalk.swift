// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import LayerArchive
import SystemPackage

/// Finds what differs between a tree and the one below it, as a layer says it.
///
/// The tree is an overlay's upper folder, which has the changes and marks for what is gone, or a changed copy
/// of the whole. Either way something counts as changed when its bytes or its attributes differ: that a
/// folder was touched, or a file opened for writing, is no change.
///
/// Sources: the kernel's overlayfs.rst, "whiteouts and opaque directories"; image-spec 1.1, layer.md.
struct ChangeWalk {
    private let tree: FilePath
    private let below: FilePath
    /// The tree has all that is there, not only what was changed.
    private let isWhole: Bool
    /// In a whole tree, what has not been touched since then is as it was.
    private let start: timespec
    private var found: [LayerChange] = []
    /// The first path of files that have several.
    private var firstPaths: [FileKey: FilePath] = [:]

    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    init(of root: MountedRoot) {
        self.init(
            tree: root.upper, below: root.belowPath, isWhole: root.snapshot.roots.method == .copy,
            start: root.start)
    }

    init(tree: FilePath, below: FilePath, isWhole: Bool, start: timespec = timespec()) {
        self.tree = tree
        self.below = below
        self.isWhole = isWhole
        self.start = start
    }

    /// Blocks; the changes sorted so that folders stand before what they hold.
    mutating func changes() throws(ContainerError) -> [LayerChange] {
        try compareRoot()
        try compareChildren(of: "", hasBelow: true)
        return found
    }

    /// The root folder itself, of which only the attributes can change.
    private mutating func compareRoot() throws(ContainerError) {
        // The path may be a link: what it leads to is meant.
        guard let status = try FileFacts(of: tree), let old = try FileFacts(of: below.appending(".")),
            !status.hasSameAttributes(as: old)
        else { return }
        found.append(LayerChange(entry: status.entry(".", .directory), content: .bytes([])))
    }

    /// `hasBelow`: the same folder is there below, and not hidden.
    private mutating func compareChildren(of folder: FilePath, hasBelow: Bool) throws(ContainerError) {
        let names = try names(in: tree.pushing(folder))
        if isWhole, hasBelow {
            let left = Set(names)
            for name in try self.names(in: below.pushing(folder)) where !left.contains(name) {
                remove(folder.appending(name))
            }
        }
        for name in names { try compare(folder.appending(name), hasBelow: hasBelow) }
    }

    private mutating func compare(_ path: FilePath, hasBelow: Bool) throws(ContainerError) {
        guard let facts = try FileFacts(of: tree.pushing(path)) else { return }
        if let gone = removedPath(path, facts) {
            // Something that was made and removed again may leave a mark too.
            if hasBelow, try FileFacts(of: below.pushing(gone)) != nil { remove(gone) }
            return
        }
        if !isWhole, case .opaque? = Whiteout(path) { return }
        let old = hasBelow ? try FileFacts(of: below.pushing(path)) : nil
        guard facts.type == S_IFDIR else {
            if let old, try isUnchanged(path, facts, old) { return }
            return try add(path, facts)
        }
        let stays = old?.type == S_IFDIR && !facts.isOpaque
        if let old, stays, facts.hasSameAttributes(as: old) {
        } else {
            found.append(LayerChange(entry: facts.entry(path, .directory), content: .bytes([])))
        }
        if facts.isOpaque, old?.type == S_IFDIR {
            found.append(LayerChange(entry: .opaque(path), content: .bytes([])))
        }
        try compareChildren(of: path, hasBelow: stays)
    }

    /// What a mark in an upper folder says is gone; nil for what is no such mark.
    ///
    /// The second form is that of fuse-overlayfs where it may make no devices.
    private func removedPath(_ path: FilePath, _ facts: FileFacts) -> FilePath? {
        if isWhole { return nil }
        switch Whiteout(path) {
        case .removed(let hidden)?: return hidden
        case .opaque?: return nil
        case .ignored?, nil: return facts.isWhiteout ? path : nil
        }
    }

    private mutating func remove(_ path: FilePath) {
        found.append(LayerChange(entry: .whiteout(of: path), content: .bytes([])))
    }

    private mutating func add(_ path: FilePath, _ facts: FileFacts) throws(ContainerError) {
        guard let kind = try kind(of: path, facts) else { return }
        found.append(LayerChange(entry: facts.entry(path, kind), content: .file(tree.pushing(path))))
    }

    /// nil for a socket, which no layer can hold.
    private mutating func kind(
        of path: FilePath, _ facts: FileFacts
    ) throws(ContainerError) -> LayerEntry.Kind? {
        if facts.status.st_nlink > 1 {
            let key = FileKey(device: UInt64(facts.status.st_dev), inode: UInt64(facts.status.st_ino))
            if let first = firstPaths[key] { return .hardLink(target: first) }
            firstPaths[key] = path
        }
        let device = facts.status.st_rdev
        switch facts.type {
        case S_IFREG: return .file(size: Int64(facts.status.st_size))
        case S_IFLNK: return .symlink(target: try FileFacts.linkTarget(of: tree.pushing(path)))
        case S_IFIFO: return .fifo
        case S_IFCHR: return .characterDevice(major: stet_major(device), minor: stet_minor(device))
        case S_IFBLK: return .blockDevice(major: stet_major(device), minor: stet_minor(device))
        default: return nil
        }
    }

    private func isUnchanged(
        _ path: FilePath, _ new: FileFacts, _ old: FileFacts
    ) throws(ContainerError) -> Bool {
        // One more name binds it to a file that is new; what is in an upper folder had one when it came there.
        guard new.status.st_nlink <= (isWhole ? old.status.st_nlink : 1),
            new.hasSameAttributes(as: old), new.status.st_size == old.status.st_size,
            new.status.st_mtim == old.status.st_mtim, new.status.st_rdev == old.status.st_rdev
        else { return false }
        if isWhole, new.status.st_ctim < start { return true }
        switch new.type {
        case S_IFREG: return try FileFacts.haveSameBytes(tree.pushing(path), below.pushing(path))
        case S_IFLNK:
            return try FileFacts.linkTarget(of: tree.pushing(path))
                == FileFacts.linkTarget(of: below.pushing(path))
        default: return true
        }
    }

    private func names(in folder: FilePath) throws(ContainerError) -> [FilePath.Component] {
        do {
            return try Folder.components(in: folder)
        } catch {
            throw .file(error.shownInRoot)
        }
    }
}
