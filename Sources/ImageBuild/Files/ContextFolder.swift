// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import Glibc
import LayerArchive
import SystemPackage

/// A build's context as a tree: what `.dockerignore` leaves of a folder on this machine.
struct ContextFolder {
    let path: FilePath
    let ignore: DockerIgnore

    /// Reads the names; links are kept as they are and never followed.
    ///
    /// Every file belongs to root, as in the context that BuildKit is sent, and has a ``NormalMode``. Blocks.
    func tree() throws(FileError) -> FileTree {
        var tree = FileTree()
        guard Folder.isFolder(path) else { throw FileError("open the context", path, .notDirectory) }
        try add(path, relative: "", answer: nil, to: &tree)
        return tree
    }

    private func add(
        _ folder: FilePath, relative: String, answer: DockerIgnore.Answer?, to tree: inout FileTree
    ) throws(FileError) {
        for name in try Folder.names(in: folder) {
            let path = folder.appending(name)
            let inside = relative.isEmpty ? name : relative + "/" + name
            let answer = ignore.answer(for: inside, in: answer)
            if answer.isIgnored, !ignore.canKeepSomething(in: inside) { continue }
            guard let node = try node(path) else { continue }
            if !answer.isIgnored { try insert(node, at: inside, into: &tree) }
            if node.kind == .folder { try add(path, relative: inside, answer: answer, to: &tree) }
        }
    }

    /// The parents of a file that is kept are kept, even when they are ignored themselves.
    private func insert(_ node: FileTree.Node, at path: String, into tree: inout FileTree) throws(FileError) {
        var missing = path.split(separator: "/").dropLast()
        var parents: [String] = []
        while !missing.isEmpty, tree.node(at: missing.joined(separator: "/")) == nil {
            parents.append(missing.joined(separator: "/"))
            missing.removeLast()
        }
        for parent in parents.reversed() {
            if let found = try self.node(self.path.appending(parent)) { tree.insert(found, at: parent) }
        }
        tree.insert(node, at: path)
    }

    /// - Returns: nil for a socket, and for what went away since it was listed.
    private func node(_ path: FilePath) throws(FileError) -> FileTree.Node? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            let errno = Errno.current
            if errno == .noSuchFileOrDirectory { return nil }
            throw FileError("look at", path, errno)
        }
        let kind: FileTree.Kind
        switch status.st_mode & S_IFMT {
        case S_IFDIR: kind = .folder
        case S_IFREG: kind = .file(.host(path, count: Int64(status.st_size)))
        case S_IFLNK: kind = .symlink(target: try target(of: path))
        case S_IFSOCK: return nil
        default: kind = .special
        }
        let mode = NormalMode.of(UInt32(status.st_mode), isFolder: kind == .folder)
        return FileTree.Node(mode: mode, owner: .root, kind: kind)
    }

    private func target(of path: FilePath) throws(FileError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &buffer, buffer.count)
        guard count >= 0 else { throw FileError("read the link", path, Errno.current) }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
