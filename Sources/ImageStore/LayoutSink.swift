// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import Synchronization
import SystemPackage

/// Takes a content into a layout, and lets it in only when it is what its descriptor says.
///
/// A sink that goes away without ``finish()`` leaves nothing behind. The one who sends may keep it for a moment after
/// the transfer has failed: who has made it calls ``discard()`` then. Who has one has a lease.
final class LayoutSink: BlobSink {
    private struct Arrival: ~Copyable {
        var file: PendingFile
        var digester: Digester
    }

    private let descriptor: Descriptor
    private let algorithm: DigestAlgorithm
    private let path: FilePath
    private let temporary: FilePath
    private let arrival: Mutex<Arrival?>

    init(_ descriptor: Descriptor, in layout: ImageLayout) throws(ImageStoreError) {
        guard let algorithm = descriptor.digest.algorithm else { throw .unverifiable(descriptor.digest) }
        self.descriptor = descriptor
        self.algorithm = algorithm
        path = try layout.pathForWriting(descriptor.digest)
        let temporary = layout.temporary
        self.temporary = temporary
        do {
            try Folder.create(temporary)
            arrival = Mutex(Arrival(file: try PendingFile(in: temporary), digester: Digester(algorithm)))
        } catch {
            throw .file(error)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try arrival.withLock { arrival in
            guard let arrived = arrival?.digester.count else { throw CancellationError() }
            let count = arrived + Int64(bytes.count)
            guard count <= descriptor.size else {
                throw ImageStoreError.differs(
                    descriptor.digest, reason: "it has more than \(descriptor.size) bytes")
            }
            arrival?.digester.update(bytes)
            try arrival?.file.write(bytes)
        }
    }

    func restart() throws {
        try arrival.withLock { arrival in
            guard arrival != nil else { throw CancellationError() }
            arrival = Arrival(file: try PendingFile(in: temporary), digester: Digester(algorithm))
        }
    }

    /// Forgets everything, and takes nothing from now on: nothing is left behind when this returns.
    func discard() {
        _ = arrival.withLock { $0.take() }
    }

    /// Verifies what has come and gives it its name.
    ///
    /// Blocks until it is durable.
    func finish() throws {
        guard let arrived = arrival.withLock({ $0.take() }) else { return }
        let count = arrived.digester.count
        guard count == descriptor.size else {
            throw ImageStoreError.differs(
                descriptor.digest, reason: "it has \(count) bytes, not \(descriptor.size)")
        }
        let actual = arrived.digester.digest()
        guard actual == descriptor.digest else {
            throw ImageStoreError.differs(descriptor.digest, reason: "its digest is \(actual)")
        }
        do {
            try arrived.file.commit(as: path)
        } catch {
            throw ImageStoreError.file(error)
        }
        VerifiedFile.mark(path)
    }
}
