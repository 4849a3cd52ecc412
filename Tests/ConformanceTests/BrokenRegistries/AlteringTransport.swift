// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

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
