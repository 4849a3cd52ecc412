// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import SystemPackage

/// Writes a part of a tree into a folder of this machine, for a container to see.
struct TreeExport: Sendable {
    let tree: FileTree
    /// What a message calls the tree.
    let name: String
    let layers: LayerAccess

    /// Writes what is at a path of the tree.
    ///
    /// - Returns: The folder itself for a folder; for a file, the file's place in it.
    /// - Throws: ``Problem`` when there is nothing.
    func write(_ source: String, into folder: FilePath) async throws -> FilePath {
        let part = try part(at: source)
        let layers = layers
        try await BlockingThread.run {
            let packed = try layers.write(part.draft.entries(mtime: layers.mtime), for: .none)
            defer { try? Folder.remove(packed.file) }
            try LayerExtractor(root: folder).apply(packed.file)
        }
        return part.file.map { folder.appending(nameText: $0) } ?? folder
    }

    /// What tells the part's content from others.
    ///
    /// Blocks.
    func key(of source: String) throws -> ContentHash {
        var key = KeyHasher("tree 1")
        for entry in try part(at: source).draft.entries(mtime: 0) {
            entry.entry.add(to: &key)
            try layers.hash(of: entry)?.add(to: &key)
        }
        return key.finish()
    }

    private func part(at source: String) throws -> (draft: LayerDraft, file: String?) {
        guard let place = tree.resolve("/" + source.asName), let node = place.node else {
            throw Problem("\(source) is not in \(name)")
        }
        var draft = LayerDraft(on: FileTree())
        guard node.kind == .folder else {
            let file = place.path.split(separator: "/").last.map(String.init) ?? "file"
            try draft.put(node, at: "/" + file)
            return (draft, file)
        }
        if let folder = tree.position(of: place.path) { try draft.add(tree, from: folder, below: "") }
        return (draft, nil)
    }
}
