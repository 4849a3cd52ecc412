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
    package func contains(_ descriptor: Descriptor) async throws -> Bool { has(descriptor) }

    package func write(_ descriptor: Descriptor, from source: ByteSource) async throws {
        let lease = try await lease()
        defer { lease.end() }
        guard !has(descriptor) else { return }
        guard source.count == descriptor.size else {
            throw ImageStoreError.differs(
                descriptor.digest, reason: "it has \(source.count) bytes, not \(descriptor.size)")
        }
        let sink = try LayoutSink(descriptor, in: self)
        try await BlockingThread.run {
            try source.forEachPiece { try sink.append($0) }
            try sink.finish()
        }
    }

    package func write(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        let lease = try await lease()
        defer { lease.end() }
        guard !has(descriptor) else { return }
        let sink = try LayoutSink(descriptor, in: self)
        try await download(sink)
        try await BlockingThread.run { try sink.finish() }
    }
}
