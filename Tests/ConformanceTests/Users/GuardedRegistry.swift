// SPDX-License-Identifier: Apache-2.0

import Conformance
import FoundationEssentials
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry in memory that asks who is there: right, unless a flaw is set.
///
/// `w` may push, `r` may pull, `ops` may do everything, `robot` may push under `robot`; the password of each is its
/// name and `-s3cret`.
final class GuardedRegistry: HTTPTransport {
    /// A way to get users wrong.
    enum Flaw: Sendable {
        case tagComesFirst, noChallenge, parameterIsOpen, readerUsesParameter
        case readerIsToldOfTags, readerIsToldOfFreeTags, readerIsToldFirst
        case onlyAdministratorsDelete, scopedMounts, scopedPushes
        case strangerMakesRepositories, readerMakesRepositories, oldTokensPushManifests
        case repeatsPasswords
    }

    /// A legal way to be unusual.
    struct Manner: Sendable {
        /// Bearer tokens in place of Basic.
        var givesTokens = false
        var letsStrangersPull = false
        /// What a user hears who may not.
        var refusal = 403
        /// The token server gives nothing to who may not push.
        var refusesTokens = false
        var hasCatalog = true
        /// Looks at credentials also where it asks for none.
        var looksAtAllCredentials = true
        var letsWriterDelete = true
        var letsWriterPush = true
    }

    private struct State {
        var repositories: Set<RepositoryName> = []
        var tokens: [String: (user: String, age: Int)] = [:]
        var policyChanges = 0
    }

    let registry: MemoryRegistry
    let manner: Manner
    private let flaw: Flaw?
    private let state = Mutex(State())

    init(_ behaviour: Behaviour = Behaviour(), _ manner: Manner = Manner(), flaw: Flaw? = nil) {
        registry = MemoryRegistry(behaviour)
        self.manner = manner
        self.flaw = flaw
    }

    static func lookup(_ user: String, password: String? = nil) -> CredentialLookup {
        { _ in .basic(user: user, password: password ?? "\(user)-s3cret") }
    }

    /// Everybody, with the right passwords.
    func users(over transport: (any HTTPTransport)? = nil) throws -> Users {
        Users(
            over: transport ?? self, writer: GuardedRegistry.lookup("w"),
            named: [
                .reader: Users.User(lookup: GuardedRegistry.lookup("r")),
                .administrator: Users.User(lookup: GuardedRegistry.lookup("ops")),
                .scoped: Users.User(
                    home: try RepositoryName("robot/own"), lookup: GuardedRegistry.lookup("robot")),
            ])
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        if request.url.path == "/token" { return token(request) }
        let caller = caller(request)
        if let refusal = await refusal(of: request, caller) {
            request.barrier?.leave()
            return refusal
        }
        if case .catalog = request.route { return catalog }
        var passed = request
        passed.headers["X-User"] = caller?.user
        if isOld(caller, request) { passed.headers["X-Old"] = "1" }
        let answer = try await registry.send(passed, receiving: body)
        if answer.isSuccess, request.isManifestPut { note(request) }
        return answer
    }

    func perform(_ action: PolicyAction) -> PolicyOutcome {
        state.withLock { $0.policyChanges += 1 }
        return registry.perform(action)
    }

    private func note(_ request: HTTPRequest) {
        guard let repository = request.route?.repository else { return }
        state.withLock { _ = $0.repositories.insert(repository) }
    }

    private var catalog: HTTPResponse {
        guard manner.hasCatalog else { return .error(404, "UNSUPPORTED", "there is no catalog") }
        let names = state.withLock { $0.repositories.map { "\"\($0)\"" }.sorted() }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: Array(#"{"repositories":[\#(names.joined(separator: ","))]}"#.utf8))
    }
}

extension GuardedRegistry {
    /// Who is asking; nil for somebody without credentials that are right.
    private func caller(_ request: HTTPRequest) -> (user: String, age: Int)? {
        let words = request.headers["Authorization"]?.split(separator: " ").map(String.init) ?? []
        guard words.count == 2 else { return nil }
        if words[0] == "Bearer" { return state.withLock { $0.tokens[words[1]] } }
        return GuardedRegistry.user(words[1]).map { ($0, Int.max) }
    }

    private static func user(_ basic: String) -> String? {
        let text = Data(base64Encoded: basic).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return ["w", "r", "ops", "robot"].first { text == "\($0):\($0)-s3cret" }
    }

    private func token(_ request: HTTPRequest) -> HTTPResponse {
        var user = ""
        if let header = request.headers["Authorization"] {
            guard let named = GuardedRegistry.user(String(header.dropFirst("Basic ".count))) else {
                return HTTPResponse(status: 401)
            }
            user = named
        }
        if manner.refusesTokens, user == "r", request.url.query?.contains("push") == true {
            return HTTPResponse(status: 403)
        }
        let value = state.withLock { state in
            let value = "token-\(user)-\(state.tokens.count)"
            state.tokens[value] = (user, state.policyChanges)
            return value
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: Array(#"{"token":"\#(value)","expires_in":300}"#.utf8))
    }

    private func refusal(
        of request: HTTPRequest, _ caller: (user: String, age: Int)?
    ) async -> HTTPResponse? {
        let isRead = request.method == .get || request.method == .head
        let user = caller?.user ?? ""
        if user.isEmpty {
            let isWrong = manner.looksAtAllCredentials && request.headers["Authorization"] != nil
            if isRead, manner.letsStrangersPull, !isWrong { return nil }
            return await refusalOfStranger(request)
        }
        if isOld(caller, request), !(flaw == .oldTokensPushManifests && request.isManifestPut) {
            return flaw == .oldTokensPushManifests ? challenge(request) : nil
        }
        return await refusal(of: request, by: user, isRead)
    }

    /// True for a token from before the last change of a policy, where the scenario about such tokens lives.
    ///
    /// Elsewhere they stay new: requests that are sent side by side would end each other's.
    private func isOld(_ caller: (user: String, age: Int)?, _ request: HTTPRequest) -> Bool {
        let place = request.route?.repository?.rawValue ?? ""
        guard let caller, manner.givesTokens, place.contains("/policy-binds-old-tokens") else { return false }
        return caller.age < state.withLock { $0.policyChanges }
    }

    private func refusalOfStranger(_ request: HTTPRequest) async -> HTTPResponse? {
        if flaw == .parameterIsOpen, request.isManifestPut, request.url.query != nil { return nil }
        if flaw == .tagComesFirst, await stands(request) {
            return .error(409, "DENIED", "immutable tag")
        }
        if flaw == .strangerMakesRepositories, request.method != .get { note(request) }
        return challenge(request)
    }

    private func refusal(of request: HTTPRequest, by user: String, _ isRead: Bool) async -> HTTPResponse? {
        switch user {
        case "ops": return nil
        case "robot":
            if request.route?.repository?.isUnder(namespace: "robot") ?? isRead { return nil }
            if flaw == .scopedMounts, request.url.member("mount") != nil { return nil }
            if flaw == .scopedPushes, request.isManifestPut, request.url.query != nil { return nil }
        case "r":
            if isRead { return nil }
            if let answer = await refusalOfReader(request) { return answer }
            if flaw == .readerUsesParameter, request.isManifestPut, request.url.query != nil { return nil }
        case _ where request.method == .delete && !manner.letsWriterDelete && request.isManifest: break
        case _ where !isRead && !manner.letsWriterPush: break
        default:
            let isOpen = request.route?.repository?.isUnder(namespace: "open") == true
            guard flaw == .onlyAdministratorsDelete, request.method == .delete, !isOpen else { return nil }
        }
        return denied(request)
    }

    /// Only what a flaw makes of it.
    private func refusalOfReader(_ request: HTTPRequest) async -> HTTPResponse? {
        switch flaw {
        case .readerMakesRepositories: note(request)
        case .readerIsToldOfTags:
            if await stands(request) { return .error(403, "DENIED", "that tag is immutable") }
        case .readerIsToldOfFreeTags:
            if request.isManifestPut, await !stands(request) {
                return .error(404, "MANIFEST_UNKNOWN", "no such tag")
            }
        case .readerIsToldFirst:
            if await stands(request) { return .error(409, "DENIED", "immutable tag") }
        default: break
        }
        return nil
    }

    /// True for a PUT to a tag that there is.
    private func stands(_ request: HTTPRequest) async -> Bool {
        guard request.isManifestPut, case .manifest(_, .tag) = request.route else { return false }
        let look = HTTPRequest(.head, request.url)
        return (try? await registry.send(look, receiving: .document))?.isSuccess == true
    }

    private func denied(_ request: HTTPRequest) -> HTTPResponse {
        if manner.refusal == 401 { return challenge(request) }
        let words = flaw == .repeatsPasswords ? request.headers["Authorization"] ?? "" : ""
        return .error(manner.refusal, "DENIED", "requested access to the resource is denied\(words)")
    }

    private func challenge(_ request: HTTPRequest) -> HTTPResponse {
        var answer = HTTPResponse.error(401, "UNAUTHORIZED", "authentication required")
        guard flaw != .noChallenge || request.method == .get else { return answer }
        answer.headers["WWW-Authenticate"] =
            manner.givesTokens
            ? #"Bearer realm="http://registry.test/token",service="registry.test""#
            : #"Basic realm="registry.test""#
        return answer
    }
}

/// Sets the policies of a registry with users; whoever may push is let do it, too, where that is the flaw.
struct GuardedSetup: RegistrySetup {
    let door: GuardedRegistry
    var attempted = AttemptOutcome.turnedAway("403 Forbidden")

    func attemptLack(as credentials: Credentials?) -> String? { nil }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        SetupPlaces(immutable: nil, mutable: try? RepositoryName("open"))
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {}

    func offers(_ action: PolicyAction) -> Bool { true }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome { door.perform(action) }

    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? { attempted }

    func restore() async throws(SetupError) {}
}
