// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import DockerfileSyntax
import Glibc
import LayerArchive
import SystemPackage

/// One walk through a context: each folder is opened once, and each name looked at once.
struct ContextScan {
    /// A folder on the way to the one that is looked at.
    private struct Level {
        let name: String
        let node: FileTree.Node
        /// nil while nothing in an ignored folder is kept.
        var position: FileTree.Position?
    }

    /// A folder to look into.
    private struct Inside {
        let path: FilePath
        /// From the context; empty for the context itself.
        let relative: String
        let answer: PatternList.Answer?
    }

    private let ignore: PatternList
    private(set) var tree = FileTree()
    private var levels: [Level] = []
    /// The first path of files that have several.
    private var firstPaths: [FileStamp: FilePath] = [:]
    private var signature = KeyHasher("context 1")
    private var latestChange = Int64.min

    init(ignore: PatternList) {
        self.ignore = ignore
    }

    /// Reads a context; once.
    mutating func add(_ context: FilePath, omitting omitted: Set<String>) throws(FileError) {
        let start = FileStamp.now
        try add(Inside(path: context, relative: "", answer: nil), omitting: omitted)
        guard FileStamp.isSettled(latestChange, at: start) else { return }
        tree.signature = signature.finish()
    }

    private mutating func add(_ folder: Inside, omitting omitted: Set<String> = []) throws(FileError) {
        var folders: [(inside: Inside, name: String, node: FileTree.Node, isKept: Bool)] = []
        let listing = try FolderListing(folder.path)
        for name in try listing.names() where !omitted.contains(name) {
            let relative = folder.relative.isEmpty ? name : folder.relative + "/" + name
            let answer = ignore.isEmpty ? nil : ignore.answer(for: relative, in: folder.answer)
            let isIgnored = answer?.isMatch ?? false
            if isIgnored, !ignore.hasExceptions(inside: relative) { continue }
            guard let status = try listing.status(of: name) else { continue }
            let path = folder.path.appending(nameText: name)
            guard let node = try node(path, status) else { continue }
            note(node, named: relative, isIgnored: isIgnored)
            if node.kind == .folder {
                let inside = Inside(path: path, relative: relative, answer: answer)
                folders.append((inside: inside, name: name, node: node, isKept: !isIgnored))
            } else if !isIgnored {
                tree.insert(node, named: name, in: position(of: levels.count))
            }
        }
        for next in folders {
            let position =
                next.isKept ? tree.insert(next.node, named: next.name, in: position(of: levels.count)) : nil
            levels.append(Level(name: next.name, node: next.node, position: position))
            try add(next.inside)
            levels.removeLast()
        }
    }

    /// Puts all that a layer could have of something into the signature; bytes are in stamps.
    private mutating func note(_ node: FileTree.Node, named path: String, isIgnored: Bool) {
        signature.add(path)
        signature.add(node.mode << 2 | (node.isLinked ? 2 : 0) | (isIgnored ? 1 : 0))
        switch node.kind {
        case .folder: signature.add(0)
        case .file: signature.add(1)
        case .symlink(let target): signature.add("link " + target)
        case .fifo: signature.add(2)
        case .device(let isBlock, let major, let minor):
            signature.add(isBlock ? 3 : 4)
            signature.add(UInt64(major) << 32 | UInt64(minor))
        }
        guard let stamp = node.stamp else { return }
        latestChange = max(latestChange, stamp.changed)
        signature.add(stamp.device)
        signature.add(stamp.inode)
        for number in [stamp.size, stamp.modified, stamp.changed] { signature.add(number) }
    }

    /// Where the folder at a depth is; the parents of what is kept are kept, even when they are ignored
    /// themselves.
    private mutating func position(of depth: Int) -> FileTree.Position {
        guard depth > 0 else { return .root }
        if let position = levels[depth - 1].position { return position }
        let level = levels[depth - 1]
        let position = tree.insert(level.node, named: level.name, in: position(of: depth - 1))
        levels[depth - 1].position = position
        return position
    }

    /// - Returns: nil for a socket, which no image can have.
    private mutating func node(_ path: FilePath, _ status: stat) throws(FileError) -> FileTree.Node? {
        let kind: FileTree.Kind
        switch status.st_mode & S_IFMT {
        case S_IFDIR: kind = .folder
        case S_IFREG: return try file(path, status)
        case S_IFLNK: kind = .symlink(target: try ContextScan.target(of: path))
        case S_IFIFO: kind = .fifo
        case S_IFCHR, S_IFBLK:
            kind = .device(
                isBlock: status.st_mode & S_IFMT == S_IFBLK, major: stet_major(status.st_rdev),
                minor: stet_minor(status.st_rdev))
        default: return nil
        }
        let mode = NormalMode.of(UInt32(status.st_mode))
        return FileTree.Node(mode: mode, owner: .root, kind: kind)
    }

    private mutating func file(_ path: FilePath, _ status: stat) throws(FileError) -> FileTree.Node {
        let stamp = FileStamp(status)
        var place = path
        if status.st_nlink > 1 {
            place = firstPaths[stamp] ?? path
            firstPaths[stamp] = place
        }
        var node = FileTree.Node(
            mode: NormalMode.of(UInt32(status.st_mode)), owner: .root,
            kind: .file(.host(place, count: stamp.size)), isLinked: status.st_nlink > 1, stamp: stamp)
        if status.st_mode & 0o111 != 0, let capabilities = try ContextScan.capabilities(of: path) {
            node.extendedAttributes = ["security.capability": capabilities]
        }
        return node
    }

    private static func target(of path: FilePath) throws(FileError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = path.withPlatformString { readlink($0, &buffer, buffer.count) }
        guard count >= 0 else { throw FileError("read the link", path, .current) }
        return String(nameBytes: buffer[..<count].map { UInt8(bitPattern: $0) })
    }

    /// - Returns: nil for a program without any.
    private static func capabilities(of path: FilePath) throws(FileError) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 64)
        let count = path.withPlatformString { lgetxattr($0, "security.capability", &value, value.count) }
        if count >= 0 { return Array(value[..<count]) }
        switch Errno.current {
        case .noData, .notSupported: return nil
        case let errno: throw FileError("read the capabilities of", path, errno)
        }
    }
}
