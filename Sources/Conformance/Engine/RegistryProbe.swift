// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// The first look: whether there is a registry, and whether it lets this caller write.
struct RegistryProbe: Sendable {
    let wire: Wire
    /// nil for a run that can send as the writer only.
    var users: Users?

    /// Asks for `/v2/`, and begins an upload that it gives up at once.
    ///
    /// No real registry fails it: whoever does not say what it is at `/v2/`, by header or JSON, must begin an
    /// upload or refuse it with the error document of the specification.
    ///
    /// - Parameter repository: Where the upload begins; nil leaves it out.
    /// - Throws: `.loginRequired` after 401, `.mayNotPush` where the writer lacks the right or the place is missing,
    ///   `.notARegistry`, `.unreachable`, `.cancelled`.
    ///
    /// Source: distribution-spec 1.1, "Determining Support", "Pushing blobs".
    func check(_ repository: RepositoryName?) async throws(CertifyError) {
        let base = try await RegistryProbe.asked { () throws(TransportError) in
            try await wire.send(wire.request(.get, .base))
        }
        try requireLogin(base)
        if AnswerJudge.isNobodysFault(base.status) { return }
        guard base.response.isSuccess else { throw notARegistry(base, "") }
        let isOpen = users?.lastAuthorization(of: .writer) == nil
        guard let repository else { return }
        let start = try await RegistryProbe.asked { () throws(TransportError) in
            try await UploadSession.begin(repository, over: wire)
        }
        switch start {
        case .session(let session): await session.giveUp()
        case .stopped(let stop):
            try requireName(stop.exchange, repository)
            try requireRight(stop.exchange, repository, isOpen: isOpen)
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

    /// What to do where names of this shape are not taken.
    static let hintForNames =
        "--names flat makes names of two parts (PREFIX/RUN-CASE), --immutable PREFIX another first part"

    /// A registry may want names of another shape than the specification lets it have.
    private func requireName(_ exchange: Exchange, _ repository: RepositoryName) throws(CertifyError) {
        guard (400..<500).contains(exchange.status),
            ErrorBody(exchange.response.body)?.errors.first?.code == "NAME_INVALID"
        else { return }
        let request = "\(exchange.request.method.rawValue) \(exchange.request.url.redacted)"
        throw .mayNotPush(
            "the registry takes no repository \(repository): \(request) was answered \(exchange.summary)"
                + "\n  hint: \(RegistryProbe.hintForNames)")
    }

    /// A registry that turns the writer away from his own place has broken no promise.
    private func requireRight(
        _ exchange: Exchange, _ repository: RepositoryName, isOpen: Bool
    ) throws(CertifyError) {
        let shown = users?.lastAuthorization(of: .writer) != nil
        if exchange.status == 401, !shown { try requireLogin(exchange) }
        let isUnknown =
            exchange.status == 404 && ErrorBody(exchange.response.body)?.errors.first?.code == "NAME_UNKNOWN"
        guard [401, 403].contains(exchange.status) || isUnknown else { return }
        let request = "\(exchange.request.method.rawValue) \(exchange.request.url.redacted)"
        var hint = isUnknown ? Right.place : shown ? Right.push : Right.login
        // Nobody has looked at the password yet.
        if exchange.status == 401, isOpen { hint += Right.unchecked }
        let name = users?.shownName(of: .writer).map { " (\"\(ForeignText.line($0))\")" } ?? ""
        throw .mayNotPush(
            "the writer\(name) may not push to \(repository): \(request) was answered \(exchange.summary)"
                + "\n  hint: \(hint)")
    }

    /// What is missing, for a person who can mend it.
    private enum Right {
        static let push =
            "give that user the right to push and to delete there, or name a place where he has it: "
            + "--immutable PREFIX, --mutable PREFIX"
        static let login =
            "log in as a user who may push there (stet login), or name another place: --immutable"
        static let place =
            "make the repository's place first, or have it made (--setup), or name another: --immutable"
        static let unchecked = "; /v2/ is open here, so a wrong password looks the same"
    }

    private func notARegistry(_ base: Exchange, _ more: String) -> CertifyError {
        let target = base.response.isRedirect ? base.response.headers["Location"] : nil
        let place = target.map { " to \(ForeignText.line($0))" } ?? ""
        return .notARegistry(
            url: base.request.url.redacted, answer: HTTPStatus.line(base.status) + place + more)
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
