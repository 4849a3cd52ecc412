// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage

/// Reads and writes the layers of one build.
struct LayerAccess: Sendable {
    let catalog: LayerCatalog
    let session: CacheSession
    let hashes: FileHashes
    /// A folder of this build on the store's file system: for layers until the build has succeeded, and for
    /// files on their way from one layer to another.
    let scratch: FilePath
    /// The time of every entry, in seconds since 1970; what a `RUN` left with an older one keeps it.
    let mtime: Int64
    let compression: LayerCompression
    /// False where a stage is to be made anew: `--no-cache-filter`.
    var readsCache = true

    var store: ImageLayout { catalog.store }

    /// Puts layers on top of a root filesystem, the lowest first; `missing` is called with the index of each one that
    /// nobody has looked into yet, before that is done.
    func tree(
        of layers: [Descriptor], on tree: FileTree = FileTree(),
        missing: @escaping @Sendable (_ index: Int) -> Void = { _ in }
    ) async throws(BuildError) -> FileTree {
        try await BuildError.wrapStore {
            try await BlockingThread.run { [catalog] in
                var tree = tree
                for (index, layer) in layers.enumerated() {
                    if !catalog.hasRead(layer) { missing(index) }
                    tree.apply(try catalog.index(of: layer).entries, of: layer)
                }
                return tree
            }
        }
    }

    /// What a step makes, where the cache knows it and may be asked.
    func find(_ key: StepKey) async throws -> StepRecord? {
        guard readsCache else { return nil }
        return try await session.find(key, in: catalog)
    }

    /// What a `COPY` or `ADD` made last time, where the cache knows it and may be asked.
    ///
    /// Blocks.
    func recall(_ memory: CopyMemory) -> StepRecord.Layer? {
        guard readsCache, let key = session.cache?.key(after: memory) else { return nil }
        return session.known(key, in: catalog)?.layer
    }

    /// The whole of a small file.
    func bytes(of content: FileTree.Content, limitBytes: Int) async throws(BuildError) -> [UInt8] {
        try await BuildError.wrapStore {
            try await BlockingThread.run { try self.read(content, limitBytes: limitBytes) }
        }
    }

    /// The first bytes of a file, `count` at most.
    func prefix(of content: FileTree.Content, count: Int) async throws(BuildError) -> [UInt8] {
        guard case .host(let path, _) = content else {
            return Array(try await bytes(of: content, limitBytes: .max).prefix(count))
        }
        return try await BuildError.wrapStore {
            try await BlockingThread.run {
                try FileError.wrap("read", path) {
                    let descriptor = try FileDescriptor.open(
                        path, .readOnly, options: [.noFollow, .closeOnExec])
                    return try descriptor.closeAfter {
                        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                            initialized = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                        }
                    }
                }
            }
        }
    }

    /// What tells a file's content from others.
    ///
    /// Blocks.
    func hash(of entry: PackedEntry) throws -> ContentHash? {
        switch entry.content {
        case nil: return nil
        case .bytes(let bytes)?: return ContentHash(of: bytes)
        case .layer(let layer, let path, _)?: return try catalog.hash(of: path, in: layer)
        case .host(let path, _)?:
            if let stamp = entry.stamp, let hash = hashes.known(path, stamp) { return hash }
            return try hashes.hash(of: path)
        }
    }

    private func read(_ content: FileTree.Content, limitBytes: Int) throws -> [UInt8] {
        switch content {
        case .bytes(let bytes): return bytes
        case .host(let path, _): return try WholeFile.read(path, limitBytes: limitBytes)
        case .layer(let layer, let path, _):
            var reader = try catalog.reader(of: layer)
            while let entry = try reader.next() {
                if entry.path.nameText == path { return try reader.bytes(limitBytes: limitBytes) }
            }
            throw LayerError.archive(entry: path.shownName, reason: "it is not in the layer any more")
        }
    }
}
