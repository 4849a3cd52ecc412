// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage

/// Reads and writes the layers of one build in its store.
struct LayerAccess: Sendable {
    let store: ImageLayout
    /// A folder of this build on the store's file system: for layers until the build has succeeded, and for
    /// files on their way from one layer to another.
    let scratch: FilePath
    /// The time of every entry, in seconds since 1970.
    let mtime: Int64

    /// The root filesystem that layers make, the base layer first.
    func tree(of layers: [Descriptor]) async throws(BuildError) -> FileTree {
        try await BuildError.wrapStore {
            try await BlockingThread.run { [store] in
                var tree = FileTree()
                for layer in layers { try tree.apply(layer, in: store.path(of: layer.digest)) }
                return tree
            }
        }
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

    /// Packs what a draft adds, into a file that the store does not have yet.
    func pack(_ draft: LayerDraft) async throws(BuildError) -> PackedLayer {
        let entries = draft.sorted
        return try await BuildError.wrapStore {
            try await BlockingThread.run { try self.write(entries) }
        }
    }

    // MARK: On a thread of their own

    private func write(_ entries: [(path: String, node: FileTree.Node)]) throws -> PackedLayer {
        let spool = LayerSpool(store: store, folder: scratch)
        let contents = try spool.fetch(
            entries.compactMap { entry in
                if case .file(let content) = entry.node.kind { content } else { nil }
            })
        defer { spool.remove(contents) }
        let writer = try LayerWriter(in: scratch)
        for (path, node) in entries {
            guard let kind = node.entryKind else { continue }
            var entry = LayerEntry(FilePath(String(path.dropFirst())), kind, mode: node.mode)
            (entry.uid, entry.gid, entry.mtime) = (node.owner.user, node.owner.group, mtime)
            entry.xattrs = node.extendedAttributes
            if case .file(let content) = node.kind {
                try writer.append(entry, content: spool.content(content, among: contents))
            } else {
                try writer.append(entry)
            }
        }
        return try writer.finish()
    }

    private func read(_ content: FileTree.Content, limitBytes: Int) throws -> [UInt8] {
        switch content {
        case .bytes(let bytes): return bytes
        case .host(let path, _): return try WholeFile.read(path, limitBytes: limitBytes)
        case .layer(let layer, let path, _):
            var reader = try LayerReader(store.path(of: layer.digest))
            while let entry = try reader.next() {
                if entry.path.string == path { return try reader.bytes(limitBytes: limitBytes) }
            }
            throw LayerError.archive(entry: path, reason: "it is not in the layer any more")
        }
    }
}

extension FileTree.Node {
    /// nil for what is never copied.
    fileprivate var entryKind: LayerEntry.Kind? {
        switch kind {
        case .folder: .directory
        case .symlink(let target): .symlink(target: target)
        case .file(let content): .file(size: content.count)
        case .special: nil
        }
    }
}

extension FileTree.Content {
    /// In bytes.
    fileprivate var count: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .host(_, let count), .layer(_, _, let count): count
        }
    }
}
