// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

/// What happens to a tar stream behind libarchive: three threads that hash it, compress it, and hash and
/// store the result.
///
/// The stream comes in on one thread, which waits when the others are slower.
final class LayerPipeline {
    private struct Tar {
        let diffID: Digest
        let size: Int64
    }

    private struct Stored {
        let file: FilePath
        let digest: Digest
        let size: Int64
    }

    /// How many chunks wait before each thread.
    private static let depth = 8

    private let compression: LayerCompression
    private let hashing = Channel<Chunk>(capacity: depth)
    private let compressing = Channel<Chunk>(capacity: depth)
    private let hasher: WorkerThread<Tar>
    private let compressor: WorkerThread<Void>
    private let storer: WorkerThread<Stored>
    private var chunk = Chunk()
    private var isFinished = false

    init(in folder: FilePath, compression: LayerCompression, isDurable: Bool) {
        let storing = Channel<Chunk>(capacity: LayerPipeline.depth)
        self.compression = compression
        hasher = WorkerThread { [hashing] in LayerPipeline.hash(hashing) }
        compressor = WorkerThread { [compressing] () throws(LayerError) in
            defer {
                compressing.cancel()
                storing.close()
            }
            try LayerPipeline.compress(compressing, to: storing, compression)
        }
        storer = WorkerThread { () throws(LayerError) in
            defer { storing.cancel() }
            return try LayerPipeline.store(storing, in: folder, isDurable: isDurable)
        }
    }

    deinit {
        guard !isFinished else { return }
        stop()
        if case .success(let stored) = storer.join() { unlink(stored.file.string) }
    }

    /// Takes the next bytes of the tar stream.
    ///
    /// - Returns: false when a thread has failed: ``failure()`` says how.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(chunk.fill(from: rest)))
            if chunk.isFull, !send() { return false }
        }
        return true
    }

    /// The stream is complete: waits for the file.
    func finish() throws(LayerError) -> PackedLayer {
        _ = chunk.count == 0 || send()
        if let error = failure() { throw error }
        let stored = try storer.join().get()
        let tar = try hasher.join().get()
        isFinished = true
        return PackedLayer(
            descriptor: Descriptor(
                mediaType: compression.mediaType, digest: stored.digest, size: stored.size),
            diffID: tar.diffID, file: stored.file, uncompressedSize: tar.size)
    }

    /// Stops the threads and says what went wrong, if anything did.
    func failure() -> LayerError? {
        stop()
        if case .failure(let error) = storer.join() { return error }
        if case .failure(let error) = compressor.join() { return error }
        return nil
    }

    private func send() -> Bool {
        let full = chunk
        chunk = Chunk()
        return hashing.send(full) && compressing.send(full)
    }

    private func stop() {
        hashing.close()
        compressing.close()
        _ = hasher.join()
        _ = compressor.join()
        _ = storer.join()
    }
}

extension LayerPipeline {
    private static func hash(_ input: Channel<Chunk>) -> Tar {
        var digester = Digester()
        while let chunk = input.receive() { digester.update(chunk.bytes) }
        return Tar(diffID: digester.digest(), size: digester.count)
    }

    private static func compress(
        _ input: Channel<Chunk>, to output: Channel<Chunk>, _ compression: LayerCompression
    ) throws(LayerError) {
        switch compression {
        case .gzip(let level): try GzipCompressor(level: level).compress(input, to: output)
        case .zstd(let level): try ZstdCompressor(level: level).compress(input, to: output)
        case .none: while let chunk = input.receive(), output.send(chunk) {}
        }
    }

    private static func store(
        _ input: Channel<Chunk>, in folder: FilePath, isDurable: Bool
    ) throws(LayerError) -> Stored {
        do {
            var file = try PendingFile(in: folder)
            var digester = Digester()
            while let chunk = input.receive() {
                digester.update(chunk.bytes)
                try file.write(chunk.bytes)
            }
            let unique = file.path.lastComponent?.string.split(separator: "-").last ?? ""
            let name = folder.appending(".layer-\(unique)")
            try file.commit(as: name, durable: isDurable)
            return Stored(file: name, digest: digester.digest(), size: digester.count)
        } catch {
            throw .file(error)
        }
    }
}
