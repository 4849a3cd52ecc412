// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization

/// A registry of one function, which remembers what it was asked.
final class FakeRegistry: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) throws(TransportError) -> HTTPResponse

    private let answer: Answer
    /// Who is asked when the function has nothing to say.
    private let other: (any HTTPTransport)?
    private let log = Mutex([HTTPRequest]())

    init(_ answer: @escaping Answer) {
        self.answer = answer
        other = nil
    }

    /// Answers as the function says, and where it gives nil, as `other` does.
    init(
        asking other: any HTTPTransport,
        _ answer: @escaping @Sendable (HTTPRequest) throws(TransportError) -> HTTPResponse?
    ) {
        self.other = other
        self.answer = { request throws(TransportError) in
            try answer(request) ?? HTTPResponse(status: FakeRegistry.unanswered)
        }
    }

    private static let unanswered = 0

    /// All that was asked, in order.
    var requests: [HTTPRequest] { log.withLock { $0 } }

    /// `METHOD path?query` of every request, in order.
    var lines: [String] {
        requests.map { "\($0.method.rawValue) \($0.url.path)\($0.url.query.map { "?\($0)" } ?? "")" }
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        log.withLock { $0.append(request) }
        if let body = request.body { request.onSent?(body.count) }
        var response = try answer(request)
        if response.status == FakeRegistry.unanswered, let other {
            return try await other.send(request, receiving: body)
        }
        let isAsAsked =
            request.rangeStart.map { response.status == 206 && response.contentRangeStart == $0 }
            ?? (response.status == 200)
        if case .sink(let sink) = body, isAsAsked {
            do {
                try response.body.withUnsafeBytes { try sink.append($0) }
            } catch {
                throw TransportError(.sinkFailed, request, "\(error)", cause: error)
            }
            response.body = []
        }
        guard response.headers[FakeRegistry.breaks] == nil else {
            throw TransportError(.interrupted, request, "connection reset")
        }
        return response
    }

    /// A field that has the connection break once the body has come.
    static let breaks = "Fake-Breaks"
}

extension RegistryClient {
    /// A client of `https://r.io` that does not wait between tries.
    static func impatient(_ transport: any HTTPTransport) throws -> RegistryClient {
        var client = RegistryClient(
            registry: "r.io", origin: try HTTPURL("https://r.io/"), transport: transport)
        client.backOff.sleep = { _ in }
        return client
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

    /// Under a descriptor of its own: another algorithm, another type.
    func add(_ bytes: [UInt8], as descriptor: Descriptor) -> Descriptor {
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

    func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome {
        try await writer.write(
            descriptor, from: .bytes(read(descriptor, limitBytes: .max)), advancing: advancing)
        return .moved
    }

    func contains(_ descriptor: Descriptor) -> Bool { content(descriptor) != nil }

    func write(
        _ descriptor: Descriptor, from source: ByteSource, advancing: @escaping TransferProgress
    ) throws {
        guard case .bytes(let bytes) = source, Digest(of: bytes) == descriptor.digest else {
            throw Mismatch()
        }
        _ = add(bytes, descriptor.mediaType)
    }

    func write(
        _ descriptor: Descriptor, advancing: @escaping TransferProgress,
        arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        let sink = MemorySink()
        try await download(sink)
        try write(descriptor, from: .bytes(sink.bytes), advancing: advancing)
    }
}

private final class MemorySink: BlobSink {
    private let content = Mutex([UInt8]())
    var bytes: [UInt8] { content.withLock { $0 } }
    func append(_ bytes: UnsafeRawBufferPointer) { content.withLock { $0 += bytes } }
    func restart() { content.withLock { $0 = [] } }
}
