// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
package import LayerArchive
package import OCISpec
import SystemPackage

extension ImageLayout {
    /// Stores bytes of our own making.
    package func store(_ bytes: [UInt8], as mediaType: MediaType) throws(ImageStoreError) -> Descriptor {
        let descriptor = Descriptor(mediaType: mediaType, of: bytes)
        return try leased { () throws(ImageStoreError) in
            guard !has(descriptor) else { return descriptor }
            let path = try pathForWriting(descriptor.digest)
            try ImageStoreError.file { () throws(FileError) in try WholeFile.write(bytes, to: path) }
            VerifiedFile.mark(path)
            return descriptor
        }
    }

    /// Takes over a finished layer's file, which need not be hashed again: it was while it was written.
    ///
    /// - Returns: The layer's descriptor. The temporary file is gone, also after a throw.
    package func store(_ layer: PackedLayer) throws(ImageStoreError) -> Descriptor {
        defer { unlink(layer.file.string) }
        return try leased { () throws(ImageStoreError) in
            guard !has(layer.descriptor) else { return layer.descriptor }
            let path = try pathForWriting(layer.descriptor.digest)
            try ImageStoreError.file { () throws(FileError) in try layer.move(to: path) }
            VerifiedFile.mark(path)
            return layer.descriptor
        }
    }

    /// The place of a content, its folder made.
    func pathForWriting(_ digest: Digest) throws(ImageStoreError) -> FilePath {
        guard digest.algorithm != nil else { throw .unverifiable(digest) }
        let path = path(of: digest)
        try ImageStoreError.file { () throws(FileError) in try Folder.create(path.removingLastComponent()) }
        return path
    }
}

extension ImageLayout: BlobWriter {
    /// True when the content is there and is what its name says.
    ///
    /// Bytes that have not changed since they were verified are not read again; others are, and a damaged content is
    /// as good as missing: writing it replaces it. A manifest is there when all under it is.
    package func contains(_ descriptor: Descriptor) async throws -> Bool {
        guard has(descriptor), try await isSound(descriptor) else { return false }
        guard descriptor.mediaType.isManifest else { return true }
        let bytes = try await read(descriptor, limitBytes: LayoutWalk.limitBytes)
        guard let manifest = try? Manifest(bytes, mediaType: descriptor.mediaType) else { return false }
        for child in manifest.children where !child.mediaType.isNondistributableLayer {
            guard try await contains(child) else { return false }
        }
        return true
    }

    private func isSound(_ descriptor: Descriptor) async throws -> Bool {
        let path = path(of: descriptor.digest)
        if VerifiedFile.isMarked(path) { return true }
        do {
            try await verify(descriptor)
        } catch ImageStoreError.damaged {
            return false
        }
        VerifiedFile.mark(path)
        return true
    }

    package func write(
        _ descriptor: Descriptor, from source: ByteSource, advancing: @escaping TransferProgress
    ) async throws {
        let lease = try await lease()
        defer { lease.end() }
        guard try await !contains(descriptor) else { return }
        guard source.count == descriptor.size else {
            throw ImageStoreError.differs(
                descriptor.digest, reason: "it has \(source.count) bytes, not \(descriptor.size)")
        }
        let sink = try LayoutSink(descriptor, in: self)
        defer { sink.discard() }
        try await BlockingThread.run {
            var count: Int64 = 0
            try source.forEachPiece {
                try sink.append($0)
                count += Int64($0.count)
                advancing(.receiving, count)
            }
            try sink.finish()
        }
    }

    package func write(
        _ descriptor: Descriptor, advancing: @escaping TransferProgress,
        arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        let lease = try await lease()
        defer { lease.end() }
        guard try await !contains(descriptor) else { return }
        let sink = try LayoutSink(descriptor, in: self)
        defer { sink.discard() }
        try await download(sink)
        try await BlockingThread.run { try sink.finish() }
    }
}
