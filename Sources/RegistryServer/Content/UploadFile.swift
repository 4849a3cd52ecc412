// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import NIOCore
import OCISpec
import Synchronization
import SystemPackage

/// An upload open for writing, with the hash of what it has.
///
/// Everything here blocks. Until ``unlock()`` nobody else can open the upload (flock), in this process or another.
final class UploadFile: Sendable {
    let path: FilePath
    private let descriptor: Int32
    private let digester = Mutex((algorithm: DigestAlgorithm.sha256, value: Digester(.sha256)))

    init(_ path: FilePath) throws {
        let descriptor = Glibc.open(path.string, O_RDWR | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            if Errno.current == .noSuchFileOrDirectory { throw UploadError.unknown }
            throw FileError("open", path, Errno.current)
        }
        self.path = path
        self.descriptor = descriptor
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw UploadError.busy }
    }

    /// Lets the next request have the upload.
    ///
    /// To be called before this request is answered: a thread that has just finished may keep the value for a
    /// moment longer, and the client's next request must not meet the lock.
    func unlock() {
        _ = flock(descriptor, LOCK_UN)
    }

    deinit { close(descriptor) }

    /// In bytes, as the file system has it.
    var size: Int64 {
        Int64(max(lseek(descriptor, 0, SEEK_END), 0))
    }

    /// The hash of all bytes, to go on with.
    var state: Digester { digester.withLock { $0.value } }

    /// How far an upload had come.
    struct Mark: Sendable {
        fileprivate let size: Int64
        fileprivate let algorithm: DigestAlgorithm
        fileprivate let digester: Digester
    }

    var mark: Mark {
        digester.withLock { Mark(size: size, algorithm: $0.algorithm, digester: $0.value) }
    }

    /// Forgets what was appended since.
    func rewind(to mark: Mark) throws(FileError) {
        guard ftruncate(descriptor, off_t(mark.size)) == 0 else {
            throw FileError("truncate", path, Errno.current)
        }
        digester.withLock { $0 = (mark.algorithm, mark.digester) }
    }

    /// Goes on with the SHA-256 of a request before.
    func resume(_ known: Digester) {
        digester.withLock { $0 = (.sha256, known) }
    }

    /// Hashes what is in the file.
    func resumeByReading(_ algorithm: DigestAlgorithm) throws(FileError) {
        var fresh = Digester(algorithm)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = pread(descriptor, piece.baseAddress, piece.count, off_t(fresh.count))
            guard count >= 0 else {
                guard Errno.current == .interrupted else { throw FileError("read", path, Errno.current) }
                continue
            }
            guard count > 0 else { break }
            fresh.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        digester.withLock { $0 = (algorithm, fresh) }
    }

    /// Appends and hashes.
    ///
    /// After a throw the file may have a part of the bytes, and the hash does not.
    func append(_ buffers: [ByteBuffer]) throws {
        try digester.withLock { digester in
            for buffer in buffers {
                try buffer.withUnsafeReadableBytes { bytes in
                    try WholeFile.append(bytes, to: descriptor, path)
                    digester.value.update(bytes)
                }
            }
        }
    }

    /// The digest of the whole upload; reads the file again when it was hashed by another algorithm.
    func digest(_ algorithm: DigestAlgorithm) throws(FileError) -> Digest {
        if digester.withLock({ $0.algorithm }) != algorithm { try resumeByReading(algorithm) }
        return state.digest()
    }

    /// Makes the bytes durable.
    func sync() throws(FileError) {
        guard fdatasync(descriptor) == 0 else { throw FileError("sync", path, Errno.current) }
    }
}
