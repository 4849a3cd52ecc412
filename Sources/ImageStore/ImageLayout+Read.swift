// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import OCISpec
package import SystemPackage

extension ImageLayout {
    /// Where a content is, or would be.
    package func path(of digest: Digest) -> FilePath {
        folder.appending("blobs").appending(digest.algorithmName).appending(digest.encoded)
    }

    /// True when a content of this name and size is there; its bytes are not looked at.
    package func has(_ descriptor: Descriptor) -> Bool {
        WholeFile.size(path(of: descriptor.digest)) == descriptor.size
    }

    /// A content where it lies, its size checked and its bytes not: they were when they came in.
    package func source(of descriptor: Descriptor) throws(ImageStoreError) -> ByteSource {
        let path = path(of: descriptor.digest)
        guard let size = WholeFile.size(path) else { throw .missing(descriptor.digest) }
        guard size == descriptor.size else {
            throw .damaged(descriptor.digest, reason: "has \(size) bytes, not \(descriptor.size)")
        }
        return .file(path, offset: 0, count: size)
    }

    /// A content where it lies, hashed first unless it has not changed since it was verified.
    ///
    /// Blocks.
    func soundSource(of descriptor: Descriptor, _ checkCancellation: () throws -> Void) throws -> ByteSource {
        try checkCancellation()
        let source = try source(of: descriptor)
        guard !VerifiedFile.isMarked(path(of: descriptor.digest)), let algorithm = descriptor.digest.algorithm
        else { return source }
        let actual = try source.digest(algorithm, checkCancellation: checkCancellation)
        guard actual == descriptor.digest else {
            throw ImageStoreError.damaged(descriptor.digest, reason: "has the bytes of \(actual)")
        }
        return source
    }

    /// A small content in memory, verified.
    package func bytes(of descriptor: Descriptor, limitBytes: Int) throws(ImageStoreError) -> [UInt8] {
        guard let algorithm = descriptor.digest.algorithm else { throw .unverifiable(descriptor.digest) }
        guard descriptor.size <= limitBytes else {
            throw .tooLarge(descriptor.digest, size: descriptor.size, limitBytes: limitBytes)
        }
        _ = try source(of: descriptor)
        let bytes = try ImageStoreError.file { () throws(FileError) in
            try WholeFile.read(path(of: descriptor.digest), limitBytes: limitBytes)
        }
        let actual = Digest(of: bytes, algorithm: algorithm)
        guard actual == descriptor.digest else {
            throw .damaged(descriptor.digest, reason: "has the bytes of \(actual)")
        }
        return bytes
    }

    /// Reads a whole content and says whether it is what its name says.
    package func verify(_ descriptor: Descriptor) async throws {
        guard let algorithm = descriptor.digest.algorithm else {
            throw ImageStoreError.unverifiable(descriptor.digest)
        }
        let source = try source(of: descriptor)
        let actual = try await BlockingThread.runCancellable { checkCancellation in
            try source.digest(algorithm, checkCancellation: checkCancellation)
        }
        guard actual == descriptor.digest else {
            throw ImageStoreError.damaged(descriptor.digest, reason: "has the bytes of \(actual)")
        }
    }
}

extension ImageLayout: BlobReader {
    package func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8] {
        try await BlockingThread.run { try bytes(of: descriptor, limitBytes: limitBytes) }
    }

    package func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome {
        do {
            try await writer.write(descriptor, from: source(of: descriptor), advancing: advancing)
        } catch ImageStoreError.differs(descriptor.digest, let reason) {
            // The bytes come from here, so here they are wrong.
            throw ImageStoreError.damaged(
                descriptor.digest, reason: "in \(folder) is something else: \(reason)")
        }
        return .moved
    }
}
