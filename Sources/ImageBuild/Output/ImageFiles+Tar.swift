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
    ///
    /// - Throws: Where platforms that share the archive have files of one name.
    package func write(toTar file: FilePath) async throws(BuildError) {
        try await BuildError.wrapStore {
            let place = try await BlockingThread.run {
                try UnfinishedPlace(beside: file, prefix: ".stet-tar-")
            }
            do {
                try await pack(in: place.folder) { try $0.move(to: file) }
            } catch let error where error is FileError || error is LayerError {
                throw UnwrittenOutput(target: file, cause: error)
            }
            withExtendedLifetime(place) {}
        }
    }

    /// Files of one folder for all platforms: what whiteouts take from one of them must not be taken from another.
    func writeMerged(toFolder folder: FilePath) async throws(BuildError) {
        try await BuildError.wrapStore {
            let scratch = try await scratch()
            let file = scratch.path.appending("files")
            try await pack(in: scratch.path) { packed in
                try packed.move(to: file)
            }
            try await Self.stage(for: folder) { root, _ in
                _ = try LayerExtractor(root: root, named: folder).apply(file)
            }
            withExtendedLifetime(scratch) {}
        }
    }

    private func scratch() async throws -> LeasedFolder {
        try await BlockingThread.run { [store] in try LeasedFolder(in: store.temporary, prefix: ".output-") }
    }

    /// Packs what the images are made of into a file in `place`, and hands it on.
    private func pack(
        in place: FilePath, _ take: @escaping @Sendable (PackedLayer) throws -> Void
    ) async throws {
        let scratch = try await scratch()
        let access = LayerAccess(
            catalog: LayerCatalog(store: store, cache: cache),
            session: CacheSession(nil, store: store, isRead: false), hashes: FileHashes(keptIn: nil),
            scratch: scratch.path, mtime: 0, compression: .none)
        let trees = try await trees(access.catalog)
        let entries = try isMerged ? merged(trees) : separate(trees)
        try await BlockingThread.run {
            let writer = try LayerWriter(in: place, compression: .none, isDurable: true)
            try take(access.write(entries, to: writer))
        }
        withExtendedLifetime(scratch) {}
    }

    private func trees(
        _ catalog: LayerCatalog
    ) async throws -> [(image: BuiltImage.PlatformImage, tree: FileTree)] {
        var trees: [(image: BuiltImage.PlatformImage, tree: FileTree)] = []
        for image in images {
            let layers = try await layers(of: image)
            let tree = try await BlockingThread.run { try Self.tree(of: layers, catalog) }
            trees.append((image, tree))
        }
        return trees
    }

    private func merged(
        _ trees: [(image: BuiltImage.PlatformImage, tree: FileTree)]
    ) throws -> [PackedEntry] {
        var files = MergedFiles()
        for (image, tree) in trees { try files.add(tree, of: image.platform) }
        return files.entries
    }

    private func separate(
        _ trees: [(image: BuiltImage.PlatformImage, tree: FileTree)]
    ) throws -> [PackedEntry] {
        try trees.flatMap { image, tree in
            var draft = LayerDraft(on: FileTree())
            let place = place(of: image).map { "/" + $0 }
            if let place { try draft.put(.newFolder, at: place) }
            try draft.add(tree, from: .root, below: place ?? "")
            return draft.entries(mtime: 0)
        }
    }

    /// What is left of the layers when they lie on each other.
    private static func tree(of layers: [Descriptor], _ catalog: LayerCatalog) throws -> FileTree {
        var tree = FileTree()
        for layer in layers {
            tree.apply(try catalog.index(of: layer).entries, of: layer, keepingTimes: true)
        }
        return tree
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
