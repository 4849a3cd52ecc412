// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// One content on its way into a sink, which verifies it.
///
/// A download that breaks off goes on at the byte that it reached, where the registry serves ranges, and starts
/// again where it does not. How many faults are borne is limited.
///
/// Source: distribution-spec 1.1, "Pulling blobs"; RFC 9110 section 14.
struct BlobDownload {
    private let repository: RemoteRepository
    private let descriptor: Descriptor
    private let arrival: ArrivingContent
    private var faults: FaultCount
    /// The registry has sent, or may send, a part of a content.
    private var servesRanges = true

    init(
        _ descriptor: Descriptor, from repository: RemoteRepository, into sink: any BlobSink,
        advancing: @escaping TransferProgress
    ) {
        self.repository = repository
        self.descriptor = descriptor
        let place = "GET \(repository.contentRequest(descriptor).url.redacted)"
        arrival = ArrivingContent(sink, expecting: descriptor, from: place, advancing)
        faults = FaultCount(repository.client.backOff)
    }

    mutating func run() async throws(RegistryError) {
        repeat {
            let start = try beginRound()
            var request = repository.contentRequest(descriptor)
            if start > 0 { request.headers["Range"] = "bytes=\(start)-" }
            do throws(RegistryError) {
                let response = try await repository.client.send(request, receiving: .sink(arrival))
                try take(response, to: request, from: start)
            } catch {
                guard try await isPassing(error, of: request, from: start) else { throw error }
            }
        } while !arrival.isComplete
    }

    private mutating func beginRound() throws(RegistryError) -> Int64 {
        do {
            if !servesRanges { try arrival.startOver() }
        } catch {
            throw .local(error)
        }
        return arrival.beginRound()
    }

    /// Sees whether the answer was the one that was asked for; its body is in the sink, if so.
    private mutating func take(
        _ response: HTTPResponse, to request: HTTPRequest, from start: Int64
    ) throws(RegistryError) {
        switch response.status {
        case 200 where start == 0:
            break
        case 206 where start > 0 && response.contentRangeStart == start:
            break
        case 200 where start > 0, 206 where start > 0, 416 where start > 0:
            servesRanges = false
            return
        default:
            throw RegistryError(response, to: request)
        }
        guard arrival.isComplete else {
            throw .transport(TransportError(.interrupted, request, arrival.state))
        }
    }

    /// Waits when it makes sense to go on: something came, and then the connection broke.
    ///
    /// Where nothing came, the transport has tried as often as it makes sense.
    private mutating func isPassing(
        _ error: RegistryError, of request: HTTPRequest, from start: Int64
    ) async throws(RegistryError) -> Bool {
        faults.reach(arrival.offset)
        if case .transport(let failure) = error, failure.kind == .sinkFailed, let cause = failure.cause {
            guard cause is BrokenOff else { throw cause as? RegistryError ?? .local(cause) }
            // The transport has waited to repeat the request.
            let error = RegistryError.transport(TransportError(.interrupted, request, arrival.state))
            try await faults.endure(error, isPaused: true)
            return true
        }
        guard error.isPassing, arrival.offset > start else { return false }
        if !arrival.isComplete { try await faults.endure(error) }
        return true
    }
}

/// The transport wants to repeat a request of whose answer a part has come.
private struct BrokenOff: Error {}

/// What has come of a content, in rounds: each round is a request that goes on where the last one ended.
private final class ArrivingContent: BlobSink {
    private struct State {
        var offset: Int64 = 0
        var roundStart: Int64 = 0
    }

    private let sink: any BlobSink
    private let descriptor: Descriptor
    /// For messages.
    private let place: String
    private let advancing: TransferProgress
    private let progress = Mutex(State())

    init(
        _ sink: any BlobSink, expecting descriptor: Descriptor, from place: String,
        _ advancing: @escaping TransferProgress
    ) {
        self.sink = sink
        self.place = place
        self.descriptor = descriptor
        self.advancing = advancing
    }

    /// How many bytes have come.
    var offset: Int64 { progress.withLock { $0.offset } }

    var isComplete: Bool { offset == descriptor.size }

    var state: String { "the download broke off after \(offset) of \(descriptor.size) bytes" }

    /// - Returns: The first byte to ask for.
    func beginRound() -> Int64 {
        progress.withLock { progress in
            progress.roundStart = progress.offset
            return progress.offset
        }
    }

    func startOver() throws {
        guard offset > 0 else { return }
        try sink.restart()
        progress.withLock { $0 = State() }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        let end = offset + Int64(bytes.count)
        guard end <= descriptor.size else {
            throw RegistryError.mismatch(
                ContentMismatch(
                    request: place, expected: "\(descriptor.size) bytes", actual: "more"))
        }
        try sink.append(bytes)
        progress.withLock { $0.offset = end }
        advancing(.receiving, end)
    }

    /// The transport is about to repeat the request: right as long as nothing has come of its answer.
    func restart() throws {
        let isUntouched = progress.withLock { $0.offset == $0.roundStart }
        guard isUntouched else { throw BrokenOff() }
    }
}
