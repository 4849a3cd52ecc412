// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage

extension LayerAccess {
    /// The layer of what a draft adds: one that the cache knows, else a new one.
    ///
    /// The same entries make the same layer, whatever instruction they come from and whatever lies below.
    func pack(_ draft: LayerDraft) async throws(BuildError) -> StepLayer {
        let entries = draft.entries(mtime: mtime)
        return try await BuildError.wrapStore {
            if let key = try await BlockingThread.run({ try knownKey(of: entries) }),
                let layer = try await find(key)?.layer
            {
                return StepLayer(layer, isCached: true, key: key)
            }
            return try await BlockingThread.run { try self.write(entries) }
        }
    }

    // MARK: On a thread of their own

    /// - Returns: nil when nobody knows a layer of this shape; contents are not read then.
    private func knownKey(of entries: [PackedEntry]) throws -> StepKey? {
        guard session.isOn, readsCache else { return nil }
        let shape = shape(of: entries)
        guard session.knows(shape) else { return nil }
        var content = KeyHasher("contents 1")
        for hash in try contents(of: entries) { hash?.add(to: &content) }
        return StepKey(shape: shape, content: content.finish())
    }

    /// The hash of each file, beside `entries`; those that are not known are read by several threads.
    private func contents(of entries: [PackedEntry]) throws -> [ContentHash?] {
        try entries.map { try hash(of: $0) }
    }

    private func shape(of entries: [PackedEntry]) -> ContentHash {
        var key = KeyHasher("layer 1")
        key.add(compression.keyText)
        key.add(entries.count)
        for entry in entries { entry.entry.add(to: &key) }
        return key.finish()
    }

    private func write(_ entries: [PackedEntry]) throws -> StepLayer {
        var keys = KeyHasher("contents 1")
        var found: [ContentHash] = []
        let layer = try write(entries, for: compression) { entry, hash in
            hash.add(to: &keys)
            found.append(hash)
            if case .host(let path, _)? = entry.content, let stamp = entry.stamp {
                hashes.note(hash, of: path, under: stamp)
            }
        }
        catalog.add(layer)
        let record = StepRecord.Layer(descriptor: layer.descriptor, diffID: layer.diffID)
        guard session.isOn else { return StepLayer(record, isCached: false) }
        let key = StepKey(shape: shape(of: entries), content: keys.finish())
        session.remember(StepRecord(layer: record), as: key)
        var rest = found[...]
        let index = LayerIndex(
            entries: entries.map(\.entry), hashes: entries.map { $0.content == nil ? nil : rest.popFirst() },
            diffID: layer.diffID)
        catalog.note(index, of: layer.descriptor)
        return StepLayer(record, isCached: false, key: key)
    }

    /// Packs entries into a file that nobody knows of; `hashed` is told of each file's content, where it is given.
    func write(
        _ entries: [PackedEntry], for compression: LayerCompression,
        hashed: ((PackedEntry, ContentHash) -> Void)? = nil
    ) throws -> PackedLayer {
        try write(
            entries, to: LayerWriter(in: scratch, compression: compression), hashed: hashed)
    }

    /// The same with a writer of the caller's.
    func write(
        _ entries: [PackedEntry], to writer: consuming LayerWriter,
        hashed: ((PackedEntry, ContentHash) -> Void)? = nil
    ) throws -> PackedLayer {
        let spool = LayerSpool(catalog: catalog, folder: scratch)
        let contents = try spool.fetch(entries.compactMap(\.content))
        defer { spool.remove(contents) }
        for entry in entries {
            guard let content = entry.content else {
                try writer.append(entry.entry)
                continue
            }
            var digester: Digester? = session.isOn && hashed != nil ? Digester() : nil
            try writer.append(
                entry.entry, content: spool.content(content, among: contents), hashing: &digester)
            if let digester { hashed?(entry, ContentHash(digester)) }
        }
        return try writer.finish()
    }

    /// Packs what a command changed, each entry with the build's time.
    func pack(_ changes: [LayerChange]) throws -> StepRecord.Layer {
        let writer = try LayerWriter(in: scratch, compression: compression)
        var index: (entries: [LayerEntry], hashes: [ContentHash?]) = ([], [])
        for change in changes {
            var entry = change.entry
            entry.mtime = mtime
            var digester: Digester?
            if case .file = entry.kind { digester = Digester() }
            try writer.append(entry, content: change.content, hashing: &digester)
            index.entries.append(entry)
            index.hashes.append(digester.map { ContentHash($0) })
        }
        let layer = try writer.finish()
        catalog.add(layer)
        catalog.note(
            LayerIndex(entries: index.entries, hashes: index.hashes, diffID: layer.diffID),
            of: layer.descriptor)
        return StepRecord.Layer(descriptor: layer.descriptor, diffID: layer.diffID)
    }
}

extension LayerEntry {
    /// All that goes into a layer of it, but for a file's bytes.
    func add(to key: inout KeyHasher) {
        key.add(path.nameText)
        key.add(kind.number)
        switch kind {
        case .file(let size): key.add(size)
        case .symlink(let target): key.add(target)
        case .hardLink(let target): key.add(target.nameText)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            key.add(major)
            key.add(minor)
        case .directory, .fifo: break
        }
        key.add(mode)
        key.add(uid)
        key.add(gid)
        key.add(mtime)
        key.add(xattrs.count)
        for (name, value) in xattrs.sorted(by: { $0.key < $1.key }) {
            key.add(name)
            key.add(value)
        }
    }
}

extension LayerCompression {
    /// What stands for it in keys.
    var keyText: String {
        switch self {
        case .gzip(let level): "gzip \(level)"
        case .zstd(let level): "zstd \(level)"
        case .none: "none"
        }
    }
}
