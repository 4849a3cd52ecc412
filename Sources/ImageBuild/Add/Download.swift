// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization
import SystemPackage

/// Fetches one file over HTTP into a folder.
struct Download: Sendable {
    /// Sends once; retries and redirects are ours.
    let transport: any HTTPTransport
    /// What a server may send: 16 GiB, as much as any image that we know of.
    var limitBytes: Int64 = 16 << 30
    /// Is told in a clause what went wrong before it is tried again.
    var retrying: @Sendable (String) -> Void = { _ in }

    struct File: Sendable {
        let path: FilePath
        let size: Int64
        /// Seconds since 1970, as the server says.
        let lastModified: Int64?
    }

    /// Writes what the URL names into `folder`, which must exist and have no file `download` yet; `digest` is
    /// what the bytes must have, nil when nobody has said.
    ///
    /// - Throws: ``DownloadError`` for another answer than 200, other bytes, or too many; ``TransportError``.
    func fetch(_ url: HTTPURL, into folder: FilePath, expecting digest: Digest?) async throws -> File {
        let path = folder.appending("download")
        let sink = try DownloadSink(path, limitBytes: limitBytes, algorithm: digest?.algorithm ?? .sha256)
        // A server that compresses on the way would change the bytes that the checksum is about.
        let request = HTTPRequest(.get, url, headers: ["Accept-Encoding": "identity"])
        let response: HTTPResponse
        do {
            response = try await RedirectingTransport(patient).send(request, receiving: .sink(sink))
        } catch {
            if error.kind == .sinkFailed, let cause = error.cause { throw cause }
            throw error
        }
        guard response.status == 200 else {
            throw DownloadError(url: url, reason: "the server answered \(response.status)")
        }
        let (size, actual) = sink.finish()
        if let digest, digest != actual {
            throw DownloadError(url: url, reason: "its digest is \(actual), not \(digest)")
        }
        return File(
            path: path, size: size, lastModified: response.headers["Last-Modified"].flatMap(HTTPDate.seconds))
    }

    /// A server that is not there at all is no server that is busy: that is said at once, as for an image.
    private var patient: RetryingTransport {
        var policy = RetryPolicy()
        policy.retriesUnreachable = false
        return RetryingTransport(
            transport, policy: policy,
            retrying: { [retrying] outcome, _ in
                switch outcome {
                case .answer(let response): retrying("the server answered \(response.status); trying again")
                case .failure(let error): retrying("\(error); trying again")
                }
            })
    }
}

/// A URL did not give the file that was asked for.
struct DownloadError: Error, Hashable, CustomStringConvertible {
    let url: HTTPURL
    let reason: String

    var description: String { "cannot get \(url.redacted): \(reason)" }
}

/// Writes what arrives to a file and hashes it.
private final class DownloadSink: BlobSink {
    private struct State {
        var digester: Digester
        var size: Int64 = 0
    }

    private let path: FilePath
    private let file: FileDescriptor
    private let limitBytes: Int64
    private let algorithm: DigestAlgorithm
    private let state: Mutex<State>

    init(_ path: FilePath, limitBytes: Int64, algorithm: DigestAlgorithm) throws(FileError) {
        self.path = path
        self.limitBytes = limitBytes
        self.algorithm = algorithm
        state = Mutex(State(digester: Digester(algorithm)))
        file = try FileError.wrap("create", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
        }
    }

    deinit { try? file.close() }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            guard Int64(bytes.count) <= limitBytes - state.size else {
                throw FileError("write more than \(limitBytes) bytes to", path, .fileTooLarge)
            }
            let offset = state.size
            _ = try FileError.wrap("write", path) { try file.writeAll(toAbsoluteOffset: offset, bytes) }
            state.digester.update(bytes)
            state.size += Int64(bytes.count)
        }
    }

    func restart() throws {
        try state.withLock { state in
            try FileError.wrap("empty", path) { try file.resize(to: 0) }
            state = State(digester: Digester(algorithm))
        }
    }

    func finish() -> (size: Int64, digest: Digest) {
        state.withLock { ($0.size, $0.digester.digest()) }
    }
}
