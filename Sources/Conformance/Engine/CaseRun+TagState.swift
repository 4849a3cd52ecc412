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

    /// What it shows; nil for nothing, or nothing clear.
    var digest: Digest? {
        guard case .shows(let digest, _) = self else { return nil }
        return digest
    }

    /// The answer that says so.
    var exchange: Exchange {
        switch self {
        case .absent(let exchange), .shows(_, let exchange), .unclear(_, let exchange),
            .undetermined(_, let exchange):
            exchange
        }
    }
}

extension Wire {
    /// Looks at a manifest with HEAD and with GET, which must say the same: some clients ask the one, some the
    /// other.
    ///
    /// What GET sends counts, and not what is said of it.
    func state(
        of route: RegistryRoute, accept: HTTPHeaders = Wire.manifestAccept
    ) async throws(TransportError) -> TagState {
        let head = try await send(request(.head, route, headers: accept))
        let told: Digest?
        switch self.told(head) {
        case .success(let digest): told = digest
        case .failure(let other): return other.state
        }
        let get = try await self.get(route, headers: accept)
        let isThere = head.response.isSuccess
        guard get.response.isSuccess else {
            guard isThere, get.status == 404 else { return state(without: get) }
            return .unclear("HEAD says that it is there, and GET that it is not", get)
        }
        let algorithm = told?.algorithm ?? .sha256
        let digest = Digest(of: get.response.body, algorithm: algorithm)
        guard isThere else {
            // A push whose answer was lost may have ended in between: then HEAD has the image from now on.
            let again = try await send(request(.head, route, headers: accept))
            guard again.response.isSuccess, case .success(let now) = self.told(again),
                now == nil || now == Digest(of: get.response.body, algorithm: now?.algorithm ?? .sha256)
            else { return .unclear("HEAD says that it is not there, and GET sends \(digest)", get) }
            return .shows(now ?? digest, get)
        }
        guard told == nil || told == digest else {
            return .unclear("HEAD shows \(told.map { "\($0)" } ?? ""), and GET sends \(digest)", get)
        }
        return .shows(digest, get)
    }

    /// Looks at a manifest with one request, HEAD or GET, as a reader does; nil for any other answer than an image or
    /// its absence.
    func glance(
        _ method: HTTPRequest.Method, at route: RegistryRoute
    ) async throws(TransportError) -> (digest: Digest?, answer: Exchange)? {
        let exchange = try await send(request(method, route, headers: Wire.manifestAccept))
        if exchange.status == 404 { return (nil, exchange) }
        guard exchange.response.isSuccess else { return nil }
        if method == .get { return (Digest(of: exchange.response.body), exchange) }
        guard case .success(let told?) = self.told(exchange) else { return nil }
        return (told, exchange)
    }

    private struct Untold: Error { let state: TagState }

    /// What the answer to a HEAD says of the digest, which it need not name; nil without, and for what is not there.
    private func told(_ head: Exchange) -> Result<Digest?, Untold> {
        guard head.response.isSuccess else {
            return head.status == 404 ? .success(nil) : .failure(Untold(state: state(without: head)))
        }
        guard let text = head.response.headers["Docker-Content-Digest"] else { return .success(nil) }
        guard let digest = try? Digest(text) else {
            return .failure(Untold(state: .unclear("\"\(text)\" is no digest", head)))
        }
        return .success(digest)
    }

    private func state(without exchange: Exchange) -> TagState {
        if exchange.status == 404 { return .absent(exchange) }
        if let lack = rights.lack(in: exchange) { return .undetermined(lack, exchange) }
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .undetermined("the answer was \(exchange.summary)", exchange)
        }
        return .unclear("the answer was \(exchange.summary)", exchange)
    }
}

extension CaseRun {
    /// Whether the list of tags says of a tag what the tag itself says; what is no list is looked at elsewhere.
    ///
    /// - Returns: How the step ends when it does not; else nil.
    func contradiction(
        of list: Exchange, to state: TagState, of tag: Tag
    ) -> StepEnd? {
        guard list.response.isSuccess, list.next == nil, let tags = TagList(list.response.body)?.tags else {
            return nil
        }
        switch state {
        case .shows where !tags.contains(tag.rawValue):
            return .violated("\(tag) is there, and the list of tags lacks it", list)
        case .absent where tags.contains(tag.rawValue):
            return .violated("\(tag) is not there, and the list of tags has it", list)
        case .shows, .absent, .unclear, .undetermined: return nil
        }
    }

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
