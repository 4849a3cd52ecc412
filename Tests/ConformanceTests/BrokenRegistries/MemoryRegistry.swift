// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry in memory, behind the transport's seam: correct and write-once, unless its behaviour is another.
///
/// Repositories under `open` have no policy but those that are set.
final class MemoryRegistry: HTTPTransport {
    let behaviour: Behaviour
    private let state = Mutex(MemoryState())
    /// While it is away, how many it has turned away.
    private let away = Mutex<Int?>(nil)

    init(_ behaviour: Behaviour = Behaviour()) {
        self.behaviour = behaviour
        state.withLock { $0.policies = behaviour.policies }
    }

    convenience init(
        rule: @escaping Rule = writeOnce, tagDeletion: Behaviour.Deletion = .denied,
        digestDeletion: Behaviour.Deletion = .denied, decidesEarly: Bool = false
    ) {
        self.init(
            Behaviour(
                rule: rule, tagDeletion: tagDeletion, digestDeletion: digestDeletion,
                decidesEarly: decidesEarly))
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        if turnsAway() {
            throw TransportError(.unreachable, request, "nobody is there")
        }
        var request = request
        if behaviour.has(.decodesLate), request.url.path.contains("%76%31") {
            request.url.path = request.url.path.replacing("%76%31", with: "v1")
            request.headers["X-Decoded"] = "late"
        }
        guard let route = try? RegistryRoute.parse(request.url.path), let name = route.repository else {
            return HTTPResponse(status: request.url.path == "/v2/" ? 200 : 404)
        }
        let call = MemoryCall(request: request, route: route, repository: name, behaviour: behaviour)
        let early = state.withLock { $0.arrive(call) }
        if let barrier = request.barrier, await !wait(at: barrier) {
            state.withLock { $0.cut(call) }
            throw TransportError(.cancelled, request, "the request was cut")
        }
        let answer = state.withLock { $0.answer(call, early) }
        guard behaviour.has(.refusalIsCutShort), answer.status == 409 else { return answer }
        var error = TransportError(.interrupted, request, "the connection was closed with 50 bytes to come")
        error.partial = answer
        throw error
    }

    /// - Returns: False when the task was cancelled before the barrier opened.
    private func wait(at barrier: SendBarrier) async -> Bool {
        let isCut = Mutex(false)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                barrier.arrive { continuation.resume(returning: !isCut.withLock { $0 }) }
            }
        } onCancel: {
            isCut.withLock { $0 = true }
        }
    }

    /// Goes away until somebody has noticed.
    func goAway() async {
        away.withLock { $0 = 0 }
        for _ in 0..<10_000 where away.withLock({ $0 }) == 0 { await Task.yield() }
        away.withLock { $0 = nil }
    }

    private func turnsAway() -> Bool {
        away.withLock { away in
            guard let count = away else { return false }
            away = count + 1
            return true
        }
    }

    /// The time by its own clock.
    var elapsed: Duration { state.withLock { $0.elapsed } }

    /// What the policies would say.
    func preview(_ terms: PolicyTerms, of names: [TagName]) -> Set<TagName> {
        state.withLock { $0.policies.preview(terms, of: names) }
    }

    func perform(_ action: PolicyAction) -> PolicyOutcome {
        state.withLock { $0.policies.perform(action, at: $0.claims) }
    }

    func perform(_ hook: RegistryHook) {
        state.withLock { $0.perform(hook, behaviour) }
    }
}

/// Sets the policies of a registry in memory.
struct MemorySetup: RegistrySetup {
    let registry: MemoryRegistry

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        SetupPlaces(immutable: nil, mutable: try? RepositoryName("open"))
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {}

    func offers(_ action: PolicyAction) -> Bool { true }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        registry.perform(action)
    }

    var offersPreviews: Bool { true }

    func preview(_ terms: PolicyTerms, of names: [TagName]) async throws(SetupError) -> Set<TagName> {
        registry.preview(terms, of: names)
    }

    func restore() async throws(SetupError) {}
}

/// Restarts, kills and write-protects a registry in memory.
struct MemoryHooks: RegistryHooks {
    let registry: MemoryRegistry

    func offers(_ hook: RegistryHook) -> Bool { true }

    func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome {
        if hook == .kill || hook == .restart { await registry.goAway() }
        registry.perform(hook)
        return .done
    }
}

/// A request that a registry in memory answers.
struct MemoryCall {
    let request: HTTPRequest
    let route: RegistryRoute
    let repository: RepositoryName
    let behaviour: Behaviour

    func has(_ flaw: Behaviour.Flaw) -> Bool { behaviour.has(flaw) }

    /// The request as it came before it broke off.
    var withoutLastByte: MemoryCall {
        var request = request
        request.body = .bytes((request.body?.inMemory ?? []).dropLast())
        return MemoryCall(request: request, route: route, repository: repository, behaviour: behaviour)
    }

    /// The tags that a manifest PUT asks for.
    var tags: [Tag] {
        switch route {
        case .manifest(_, .tag(let tag)): return [behaviour.has(.foldsCase) ? tag.folded : tag]
        case .manifest where behaviour.knowsTagParameter:
            return request.url.query?.split(separator: "&").compactMap { member in
                guard member.hasPrefix("tag=") else { return nil }
                let text = member.dropFirst(4).replacing("%76%31", with: "v1")
                return try? Tag(text)
            } ?? []
        default: return []
        }
    }
}

extension Tag {
    /// In small letters, when it is short.
    var folded: Tag { rawValue.utf8.count > 10 ? self : (try? Tag(rawValue.lowercased())) ?? self }
}

extension ByteSource {
    /// The bytes; none for a file, which no pusher sends.
    var inMemory: [UInt8] {
        guard case .bytes(let bytes) = self else { return [] }
        return bytes
    }
}

extension HTTPURL {
    /// The value of `digest` in the query.
    var digest: Digest? { member("digest").flatMap { try? Digest($0) } }

    func member(_ name: String) -> Substring? {
        let member = query?.split(separator: "&").first { $0.hasPrefix("\(name)=") }
        return member?.dropFirst(name.count + 1)
    }
}
