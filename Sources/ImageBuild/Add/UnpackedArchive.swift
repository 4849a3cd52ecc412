// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import LayerArchive
import OCISpec
import SystemPackage

/// What is in an archive that `ADD` unpacks: its entries in their order, the contents of its files beside it.
struct UnpackedArchive: Sendable {
    /// For messages.
    let name: String
    let entries: [Entry]

    struct Entry: Sendable {
        /// Relative; the archive's own root is `.`.
        let path: FilePath
        let kind: LayerEntry.Kind
        let node: FileTree.Node
    }

    /// Reads an archive and writes the contents of its files into a folder, which must exist.
    ///
    /// Blocks.
    ///
    /// - Returns: Its entries, and what is in them; nil for a file that is no tar archive, whether compressed or not.
    /// - Throws: For an archive that is damaged behind its first entry, or hostile.
    static func read(
        _ file: FilePath, into folder: FilePath
    ) throws -> (entries: [Entry], index: LayerIndex)? {
        guard try isArchive(file) else { return nil }
        var reader = try LayerReader(file, accepting: .archives)
        var (entries, hashes): ([Entry], [ContentHash?]) = ([], [])
        var headers: [LayerEntry] = []
        while let entry = try reader.next() {
            let file = folder.appending("\(entries.count)")
            var hash: ContentHash?
            if case .file(let size) = entry.kind {
                hash = try SpooledFile.write(reader, size: size, to: file)
            }
            entries.append(Self.entry(entry) { .host(file, count: $0) })
            hashes.append(hash)
            headers.append(entry)
        }
        return (entries, LayerIndex(entries: headers, hashes: hashes, diffID: try reader.finish()))
    }

    /// The entries of an archive that was read before, whose contents are still in it.
    static func entries(_ index: LayerIndex, of archive: Descriptor) -> [Entry] {
        index.entries.map { entry in
            Self.entry(entry) { .layer(archive, path: entry.path.nameText, count: $0) }
        }
    }

    /// True when the file begins with an entry of an archive.
    private static func isArchive(_ file: FilePath) throws -> Bool {
        do {
            var reader = try LayerReader(file, accepting: .archives)
            return try reader.next() != nil
        } catch LayerError.archive {
            return false
        }
    }

    private static func entry(
        _ entry: LayerEntry, content: (_ size: Int64) -> FileTree.Content
    ) -> Entry {
        let kind: FileTree.Kind
        switch entry.kind {
        case .file(let size): kind = .file(content(size))
        case .directory: kind = .folder
        case .symlink(let target): kind = .symlink(target: target)
        // Known when the file that it names is.
        case .hardLink: kind = .file(.bytes([]))
        case .fifo: kind = .fifo
        case .characterDevice(let major, let minor):
            kind = .device(isBlock: false, major: major, minor: minor)
        case .blockDevice(let major, let minor): kind = .device(isBlock: true, major: major, minor: minor)
        }
        var node = FileTree.Node(
            mode: entry.mode, owner: Owner(user: entry.uid, group: entry.gid), kind: kind,
            extendedAttributes: entry.xattrs.filter { $0.key.isKeptFromArchives })
        node.mtime = max(0, entry.mtime)
        return Entry(path: entry.path, kind: entry.kind, node: node)
    }

    /// Puts the entries below a folder without links; nothing gets out of it, whatever links say.
    ///
    /// Without an `owner` they have those that the archive gives. What is `excluded` is relative to its root.
    ///
    /// Source: BuildKit, which unpacks with the folder as the root.
    func put(
        at folder: String, owner: Owner?, excluded: PatternList, on draft: inout LayerDraft
    ) throws(Problem) {
        for entry in entries where entry.path != "." && !excluded.matches(entry.path.nameText) {
            let path = try self.path(entry.path, below: folder, on: &draft)
            var node = entry.node
            node.owner = owner ?? node.owner
            if case .hardLink(let target) = entry.kind {
                node = try linked(target, below: folder, for: entry, on: &draft)
            }
            draft.replace(node, at: path)
        }
    }

    /// Where an entry goes: links among its parents are followed, its missing parents made.
    private func path(
        _ path: FilePath, below folder: String, on draft: inout LayerDraft
    ) throws(Problem) -> String {
        let name = path.lastComponent?.nameText ?? ""
        guard !name.hasPrefix(".wh.") else {
            throw Problem(
                "\(path) of \(self.name) cannot be in a layer, where .wh. means that a file is gone")
        }
        let parent = try draft.makeFolders(
            path.removingLastComponent().nameText, owner: .root, in: folder)
        return parent == "/" ? "/" + name : parent + "/" + name
    }

    private func linked(
        _ target: FilePath, below folder: String, for entry: Entry, on draft: inout LayerDraft
    ) throws(Problem) -> FileTree.Node {
        guard let place = draft.tree.resolve(target.nameText, followsLast: false, root: folder),
            var first = place.node, first.kind != .folder
        else {
            throw Problem("\(entry.path) of \(name) is a hard link to \(target), which is not there")
        }
        first.isLinked = true
        if draft.added[place.path] != nil { draft.replace(first, at: place.path) }
        return first
    }
}

extension String {
    /// Of an extended attribute: true for those that mean something in any image.
    fileprivate var isKeptFromArchives: Bool { self == "security.capability" || hasPrefix("user.") }
}
