// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Changes what a registry hears or says.
struct AlteringTransport: HTTPTransport {
    let registry: any HTTPTransport
    var request: @Sendable (HTTPRequest) -> HTTPRequest = { $0 }
    /// Gets the request as it was sent, and the answer to it.
    let answer: @Sendable (HTTPRequest, HTTPResponse) async throws(TransportError) -> HTTPResponse

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let answer = try await registry.send(self.request(request), receiving: body)
        return try await self.answer(request, answer)
    }
}

extension AlteringTransport {
    /// A correct registry whose user presses Ctrl-C before the answer to a manifest, counted from 1, and those after it.
    static func interrupting(atPush first: Int) -> AlteringTransport {
        let pushes = PushCount()
        return AlteringTransport(registry: MemoryRegistry()) { request, answer throws(TransportError) in
            guard request.isManifestPut, pushes.next() >= first else { return answer }
            withUnsafeCurrentTask { $0?.cancel() }
            throw TransportError(.cancelled, request, "cancelled")
        }
    }

    private final class PushCount: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}

extension HTTPRequest {
    /// The place of a request in the specification; nil for an upload on a path of the registry's own.
    var route: RegistryRoute? { try? RegistryRoute.parse(url.path) }

    var isManifest: Bool {
        guard case .manifest = route else { return false }
        return true
    }

    /// True for a manifest that is asked for, or sent, by its digest.
    var isByDigest: Bool {
        guard case .manifest(_, .digest) = route else { return false }
        return true
    }

    var isManifestPut: Bool { isManifest && method == .put }

    var isTagList: Bool {
        guard case .tags = route else { return false }
        return true
    }

    var isBlobGet: Bool {
        guard case .blob = route else { return false }
        return method == .get
    }
}
