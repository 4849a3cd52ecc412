// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What a tag shows.
enum TagState: Sendable {
    case absent(Exchange)
    case shows(Digest, Exchange)
    /// Neither an image nor its absence.
    case unclear(String, Exchange)
    /// Nothing about the registry.
    case undetermined(String, Exchange)
}

extension Wire {
    /// Looks at a manifest with HEAD; with GET where the answer does not name the digest, which it need not.
    func state(
        of route: RegistryRoute, accept: HTTPHeaders = Wire.manifestAccept
    ) async throws(TransportError) -> TagState {
        let head = try await send(request(.head, route, headers: accept))
        if let text = head.response.headers["Docker-Content-Digest"], head.response.isSuccess {
            guard let digest = try? Digest(text) else { return .unclear("\"\(text)\" is no digest", head) }
            return .shows(digest, head)
        }
        guard head.response.isSuccess else { return Wire.state(without: head) }
        let get = try await self.get(route, headers: accept)
        guard get.response.isSuccess else { return Wire.state(without: get) }
        return .shows(Digest(of: get.response.body), get)
    }

    private static func state(without exchange: Exchange) -> TagState {
        if exchange.status == 404 { return .absent(exchange) }
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .undetermined("the answer was \(exchange.summary)", exchange)
        }
        return .unclear("the answer was \(exchange.summary)", exchange)
    }
}

extension CaseRun {
    /// What a tag shows to the writer, whoever acts.
    func state(of tag: Tag, in place: Place = .own) async throws(TransportError) -> TagState {
        try await writerWire.state(of: .manifest(repository(of: place), .tag(tag)))
    }

    /// A clause on what a tag shows now, for a message.
    func nowShows(_ tag: Tag, in place: Place = .own) async -> String {
        switch try? await state(of: tag, in: place) {
        case .absent: "\(tag) does not exist now"
        case .shows(let digest, _): "\(tag) shows \(label(digest)) now"
        case .unclear, .undetermined, nil: "what \(tag) shows now could not be found out"
        }
    }
}
