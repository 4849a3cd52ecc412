// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import Synchronization
import SystemPackage

/// What one build knows of layers: those that it made and the store does not have yet, and what is in each.
///
/// Functions block.
final class LayerCatalog: Sendable {
    private struct Knowledge {
        var packed: [Digest: PackedLayer] = [:]
        /// What configurations say of layers; more than one where they do not agree.
        var diffIDs: [Digest: Set<Digest>] = [:]
        var indexes: [Digest: LayerIndex] = [:]
        var hashes: [Digest: [String: ContentHash]] = [:]
        /// Where archives are that `ADD` unpacks.
        var archives: [Digest: FilePath] = [:]
    }

    let store: ImageLayout
    private let cache: BuildCache?
    private let knowledge = Mutex(Knowledge())

    init(store: ImageLayout, cache: BuildCache?) {
        self.store = store
        self.cache = cache
    }

    // MARK: Layers of this build

    /// Takes a new layer; its file is removed when the same layer is there already.
    func add(_ layer: PackedLayer) {
        let isNew = knowledge.withLock { $0.packed.updateValue(layer, forKey: layer.descriptor.digest) }
        if let isNew, isNew.file != layer.file { try? Folder.remove(isNew.file) }
    }

    /// Where the bytes of a layer are.
    func file(of layer: Descriptor) -> FilePath {
        let known = knowledge.withLock { $0.packed[layer.digest]?.file ?? $0.archives[layer.digest] }
        return known ?? store.path(of: layer.digest)
    }

    /// Opens a layer, or an archive that was added.
    func reader(of layer: Descriptor) throws(LayerError) -> LayerReader {
        try LayerReader(file(of: layer), accepting: compressions(of: layer))
    }

    /// Takes an archive of this machine, whose files can then be had as those of a layer can.
    ///
    /// - Returns: What stands for it: nothing in any store.
    func add(archive path: FilePath, _ hash: ContentHash) -> Descriptor {
        let name = Digest(of: Array("archive \(hash.hexadecimal)".utf8))
        knowledge.withLock { $0.archives[name] = path }
        return Descriptor(mediaType: .ociLayer, digest: name, size: 0)
    }

    private func compressions(of layer: Descriptor) -> ReadCompressions {
        knowledge.withLock { $0.archives[layer.digest] == nil } ? .layers : .archives
    }

    func has(_ layer: Descriptor) -> Bool {
        knowledge.withLock { $0.packed[layer.digest] != nil } || store.has(layer)
    }

    /// Puts the layers of this build into the store, several at a time: each waits for the disk.
    ///
    /// What could be stored is, also after a throw.
    func storeAll() throws {
        let layers = knowledge.withLock { knowledge in
            defer { knowledge.packed = [:] }
            return Array(knowledge.packed.values)
        }
        let store = store
        let lanes = BlockingLanes(count: min(8, layers.count))
        try lanes.forEach(layers) { _ = try store.store($0) }
    }

    // MARK: What is in layers

    /// Notes what a base image's configuration says of its layers.
    func expect(_ diffIDs: [Digest], of layers: [Descriptor]) {
        knowledge.withLock { knowledge in
            for (layer, diffID) in zip(layers, diffIDs) {
                knowledge.diffIDs[layer.digest, default: []].insert(diffID)
            }
        }
    }

    /// - Throws: ``LayerError/differs(expected:actual:)`` for a layer of a base image that lies about it.
    func index(of layer: Descriptor) throws(LayerError) -> LayerIndex {
        let known = knowledge.withLock { $0.indexes[layer.digest] } ?? kept(layer)
        let index = if let known { known } else { try read(layer) }
        return try knowledge.withLock { knowledge throws(LayerError) in
            // Of one that is known, another image may have said something else since.
            if let expected = knowledge.diffIDs[layer.digest]?.first(where: { $0 != index.diffID }) {
                throw .differs(expected: expected, actual: index.diffID)
            }
            knowledge.indexes[layer.digest] = index
            return index
        }
    }

    /// False when what is in a layer is not known before it has been read from one end to the other.
    func hasRead(_ layer: Descriptor) -> Bool {
        if knowledge.withLock({ $0.indexes[layer.digest] != nil }) { return true }
        return place(of: layer).map { WholeFile.size($0) != nil } ?? false
    }

    /// What this build or an earlier one has found in an archive of ``add(archive:_:)``; nil where nobody has looked.
    func known(_ archive: Descriptor) -> LayerIndex? {
        if let index = knowledge.withLock({ $0.indexes[archive.digest] }) { return index }
        guard let index = kept(archive) else { return nil }
        knowledge.withLock { $0.indexes[archive.digest] = index }
        return index
    }

    /// Notes what is in a layer that was just packed, or an archive that was just read.
    func note(_ index: LayerIndex, of layer: Descriptor) {
        knowledge.withLock { $0.indexes[layer.digest] = index }
        keep(index, of: layer)
    }

    /// The hash of a file of a layer, by the path that its entry has.
    func hash(of path: String, in layer: Descriptor) throws(LayerError) -> ContentHash {
        let index = try index(of: layer)
        let found = knowledge.withLock { knowledge in
            let table = knowledge.hashes[layer.digest] ?? index.hashesByPath()
            knowledge.hashes[layer.digest] = table
            return table[path]
        }
        guard let found else {
            throw .archive(entry: path.shownName, reason: "it is not in the layer any more")
        }
        return found
    }

    private func read(_ layer: Descriptor) throws(LayerError) -> LayerIndex {
        let index = try LayerIndex(of: file(of: layer), accepting: compressions(of: layer))
        keep(index, of: layer)
        return index
    }

    private func place(of layer: Descriptor) -> FilePath? {
        let isArchive = knowledge.withLock { $0.archives[layer.digest] != nil }
        return (isArchive ? cache?.archiveIndexes : cache?.layerIndexes)?.appending(layer.digest.encoded)
    }

    private func kept(_ layer: Descriptor) -> LayerIndex? {
        guard let place = place(of: layer) else { return nil }
        guard let bytes = try? WholeFile.read(place, limitBytes: 1 << 30) else { return nil }
        BuildCache.touch(place)
        return LayerIndex(bytes)
    }

    private func keep(_ index: LayerIndex, of layer: Descriptor) {
        guard let place = place(of: layer) else { return }
        try? Folder.create(place.removingLastComponent())
        try? WholeFile.write(index.bytes, to: place, durable: false)
    }
}
