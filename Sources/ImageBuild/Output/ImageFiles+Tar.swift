// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
package import SystemPackage

extension ImageFiles {
    /// Writes the files as an uncompressed tar archive, which replaces a file that is there.
    ///
    /// Names are in the order of their bytes and have the times, owners and modes that the image gives them, so
    /// that the same files make the same archive, whatever layers they came in. After a throw the file is as it
    /// was.
    package func write(toTar file: FilePath) async throws(BuildError) {
        try await BuildError.wrapStore {
            let parent = file.removingLastComponent()
            let scratch = try TemporaryFolder(in: parent.isEmpty ? "." : parent, prefix: ".stet-tar-")
            let access = LayerAccess(
                catalog: LayerCatalog(store: store, cache: cache),
                session: CacheSession(nil, store: store, isRead: false), hashes: FileHashes(keptIn: nil),
                scratch: scratch.path, mtime: 0, compression: .none)
            var entries: [PackedEntry] = []
            for image in images {
                let layers = try await layers(of: image)
                let place = place(of: image)
                entries += try await BlockingThread.run {
                    try Self.entries(of: layers, below: place, access.catalog)
                }
            }
            let all = entries
            try await BlockingThread.run { try access.write(all, for: .none).move(to: file) }
            withExtendedLifetime(scratch) {}
        }
    }

    /// What is left of the layers when they lie on each other.
    private static func entries(
        of layers: [Descriptor], below place: String?, _ catalog: LayerCatalog
    ) throws -> [PackedEntry] {
        var tree = FileTree()
        for layer in layers {
            tree.apply(try catalog.index(of: layer).entries, of: layer, keepingTimes: true)
        }
        var draft = LayerDraft(on: FileTree())
        if let place { try draft.put(.newFolder, at: "/" + place) }
        try draft.add(tree, from: .root, below: place.map { "/" + $0 } ?? "")
        return draft.entries(mtime: 0)
    }
}

extension LayerDraft {
    /// Adds what is in a folder of another tree, `target` being where that folder lies here.
    mutating func add(
        _ tree: FileTree, from folder: FileTree.Position, below target: String
    ) throws(Problem) {
        for (name, position) in tree.contents(of: folder) {
            let node = tree.node(at: position)
            let path = target + "/" + name
            try put(node, at: path)
            if node.kind == .folder { try add(tree, from: position, below: path) }
        }
    }
}
