// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// A request whose last byte is held back.
struct HeldRequest {
    private let barrier: SendBarrier
    private let task: Task<Result<Exchange, TransportError>, Never>

    /// Sends everything but the last byte.
    static func begin(_ request: HTTPRequest, over wire: Wire) async -> HeldRequest {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let held = HeldRequest(request, over: wire) { arrival.finish() }
        for await _ in arrivals {}
        return held
    }

    private init(_ request: HTTPRequest, over wire: Wire, isThere: @escaping @Sendable () -> Void) {
        let barrier = SendBarrier(parties: 2, lastMissing: isThere)
        var request = request
        request.barrier = barrier
        self.barrier = barrier
        let held = request
        task = Task {
            // A request that ends before its last byte is there as far as it will ever be.
            defer { isThere() }
            do throws(TransportError) {
                return .success(try await wire.send(held))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Ends the connection without the last byte.
    func cut() async {
        task.cancel()
        barrier.leave()
        _ = await task.value
    }

    /// Ends the connection once the last byte is on its way.
    func cutAfterRelease(patience: Patience) async {
        await withCheckedContinuation { continuation in barrier.arrive { continuation.resume() } }
        await patience.rest(.milliseconds(5))
        task.cancel()
        _ = await task.value
    }

    /// Sends the last byte, and waits for the answer.
    func release() async throws(TransportError) -> Exchange {
        barrier.arrive {}
        return try await task.value.get()
    }
}
