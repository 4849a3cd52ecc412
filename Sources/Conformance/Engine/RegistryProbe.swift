// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// The first look: whether there is a registry, and whether it lets this caller write.
struct RegistryProbe: Sendable {
    let wire: Wire

    /// Asks for `/v2/`, and begins an upload that it gives up at once.
    ///
    /// No real registry fails it: whoever does not say what it is at `/v2/`, by header or JSON, must begin an
    /// upload or refuse it with the error document of the specification.
    ///
    /// - Parameter repository: Where the upload begins; nil leaves it out.
    /// - Throws: `.loginRequired` after 401, `.notARegistry`, `.unreachable`, `.cancelled`.
    ///
    /// Source: distribution-spec 1.1, "Determining Support", "Pushing blobs".
    func check(_ repository: RepositoryName?) async throws(CertifyError) {
        let base = try await RegistryProbe.asked { () throws(TransportError) in
            try await wire.send(wire.request(.get, .base))
        }
        try requireLogin(base)
        if AnswerJudge.isNobodysFault(base.status) { return }
        guard base.response.isSuccess else { throw notARegistry(base, "") }
        guard let repository else { return }
        let start = try await RegistryProbe.asked { () throws(TransportError) in
            try await UploadSession.begin(repository, over: wire)
        }
        switch start {
        case .session(let session): await session.giveUp()
        case .stopped(let stop):
            try requireLogin(stop.exchange)
            guard speaks(stop.exchange) || saysWhatItIs(base) else {
                let type = base.response.headers["Content-Type"].map { " with \($0)" } ?? ""
                throw notARegistry(base, "\(type), and does not let an upload begin as a registry does")
            }
        }
    }

    /// True for a refusal in the specification's words, and for one that says nothing about the registry.
    private func speaks(_ exchange: Exchange) -> Bool {
        AnswerJudge.isNobodysFault(exchange.status)
            || ErrorBody(exchange.response.body)?.errors.isEmpty == false
    }

    private func saysWhatItIs(_ base: Exchange) -> Bool {
        if base.response.headers["Docker-Distribution-Api-Version"] != nil { return true }
        let value = try? JSONDocument.decode(JSONValue.self, from: base.response.body, noun: "answer")
        return value != nil
    }

    private func requireLogin(_ exchange: Exchange) throws(CertifyError) {
        guard exchange.status == 401 else { return }
        throw .loginRequired(
            request: "\(exchange.request.method.rawValue) \(exchange.request.url.redacted)",
            authority: exchange.request.url.authority)
    }

    private func notARegistry(_ base: Exchange, _ more: String) -> CertifyError {
        .notARegistry(url: base.request.url.redacted, answer: HTTPStatus.line(base.status) + more)
    }

    private static func asked<Answer>(
        _ body: () async throws(TransportError) -> Answer
    ) async throws(CertifyError) -> Answer {
        do {
            return try await body()
        } catch {
            throw error.kind == .cancelled ? .cancelled : .unreachable(error)
        }
    }
}
