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

extension CaseRun {
    /// Looks at a tag with HEAD; with GET where the answer does not name the digest, which it need not.
    func state(of tag: Tag) async throws(TransportError) -> TagState {
        let route = RegistryRoute.manifest(repository, .tag(tag))
        let head = try await wire.send(wire.request(.head, route, headers: Wire.manifestAccept))
        if let text = head.response.headers["Docker-Content-Digest"], head.response.isSuccess {
            guard let digest = try? Digest(text) else { return .unclear("\"\(text)\" is no digest", head) }
            return .shows(digest, head)
        }
        guard head.response.isSuccess else { return state(without: head) }
        let get = try await wire.get(route, headers: Wire.manifestAccept)
        guard get.response.isSuccess else { return state(without: get) }
        return .shows(Digest(of: get.response.body), get)
    }

    private func state(without exchange: Exchange) -> TagState {
        if exchange.status == 404 { return .absent(exchange) }
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .undetermined("the answer was \(exchange.summary)", exchange)
        }
        return .unclear("the answer was \(exchange.summary)", exchange)
    }

    /// A clause on what a tag shows now, for a message.
    func nowShows(_ tag: Tag) async -> String {
        switch try? await state(of: tag) {
        case .absent: "\(tag) does not exist now"
        case .shows(let digest, _): "\(tag) shows \(label(digest)) now"
        case .unclear, .undetermined, nil: "what \(tag) shows now could not be found out"
        }
    }
}
