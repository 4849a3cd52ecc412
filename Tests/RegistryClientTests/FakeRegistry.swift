// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry of one function, which remembers what it was asked.
final class FakeRegistry: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) throws(TransportError) -> HTTPResponse

    private let answer: Answer
    private let log = Mutex([HTTPRequest]())

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    /// `METHOD path?query` of every request, in order.
    var lines: [String] {
        log.withLock { log in
            log.map { "\($0.method.rawValue) \($0.url.path)\($0.url.query.map { "?\($0)" } ?? "")" }
        }
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        log.withLock { $0.append(request) }
        var response = try answer(request)
        if case .sink(let sink) = body, response.status == 200 {
            do {
                try response.body.withUnsafeBytes { try sink.append($0) }
            } catch {
                throw TransportError(.sinkFailed, request, "\(error)", cause: error)
            }
            response.body = []
        }
        return response
    }
}

/// Contents in memory.
final class MemoryStore: BlobReader, BlobWriter {
    struct Missing: Error {}
    struct Mismatch: Error {}

    private let contents = Mutex([Digest: [UInt8]]())

    /// Takes bytes and names them.
    func add(_ bytes: [UInt8], _ mediaType: MediaType) -> Descriptor {
        let descriptor = Descriptor(mediaType: mediaType, of: bytes)
        contents.withLock { $0[descriptor.digest] = bytes }
        return descriptor
    }

    func content(_ descriptor: Descriptor) -> [UInt8]? {
        contents.withLock { $0[descriptor.digest] }
    }

    func read(_ descriptor: Descriptor, limitBytes: Int) throws -> [UInt8] {
        guard let bytes = content(descriptor) else { throw Missing() }
        return bytes
    }

    func transfer(_ descriptor: Descriptor, to writer: any BlobWriter) async throws {
        try await writer.write(descriptor, from: .bytes(read(descriptor, limitBytes: .max)))
    }

    func contains(_ descriptor: Descriptor) -> Bool { content(descriptor) != nil }

    func write(_ descriptor: Descriptor, from source: ByteSource) throws {
        guard case .bytes(let bytes) = source, Digest(of: bytes) == descriptor.digest else {
            throw Mismatch()
        }
        _ = add(bytes, descriptor.mediaType)
    }

    func write(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        let sink = MemorySink()
        try await download(sink)
        try write(descriptor, from: .bytes(sink.bytes))
    }
}

private final class MemorySink: BlobSink {
    private let content = Mutex([UInt8]())
    var bytes: [UInt8] { content.withLock { $0 } }
    func append(_ bytes: UnsafeRawBufferPointer) { content.withLock { $0 += bytes } }
    func restart() { content.withLock { $0 = [] } }
}
