// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// A registry that breaks one promise on purpose, and the scenarios that must notice.
struct BrokenRegistry: Sendable, CustomTestStringConvertible {
    let name: String
    let caughtBy: Set<String>
    let transport: @Sendable () -> any HTTPTransport

    var testDescription: String { name }

    init(_ name: String, caughtBy: Set<String>, transport: @escaping @Sendable () -> any HTTPTransport) {
        self.name = name
        self.caughtBy = caughtBy
        self.transport = transport
    }

    /// One that only decides wrongly.
    init(_ name: String, caughtBy: Set<String>, rule: @escaping Rule) {
        self.init(name, caughtBy: caughtBy) { MemoryRegistry(rule: rule) }
    }
}

extension BrokenRegistry {
    private static let overwrites: Set = ["overwrite-same-flow", "tag-unchanged", "overwrite-across-flows"]
    private static let denials: Set = ["denial-as-declared", "identical-denials"]
    private static let deletes: Set = ["delete-tag-then-push", "delete-digest-then-push"]

    static let all: [BrokenRegistry] = deciding + answering + racing + deleting

    /// Wrong about who may have the tag.
    private static let deciding = [
        BrokenRegistry("the first push is refused", caughtBy: ["first-push", "race-for-new-tag"]) {
            Decision.refuse($0)
        },
        BrokenRegistry(
            "the last writer wins",
            caughtBy: overwrites.union(denials).union(deletes).union(["race-for-new-tag"])
        ) { Decision.accept($0) },
        BrokenRegistry("only the same media type is refused", caughtBy: ["overwrite-across-flows"]) {
            $0.current?.type == $0.new.type ? writeOnce($0) : .accept($0)
        },
        BrokenRegistry("schema 2 may replace schema 2", caughtBy: ["overwrite-same-flow"]) {
            let isSchema2 = [$0.current?.type, $0.new.type].allSatisfy { $0?.contains("docker") == true }
            return isSchema2 && $0.current != $0.new ? .accept($0) : writeOnce($0)
        },
        BrokenRegistry(
            "an upload in ranges is not covered", caughtBy: ["overwrite-same-flow", "overwrite-across-flows"]
        ) { $0.lastUpload == "range" && $0.current != $0.new ? .accept($0) : writeOnce($0) },
        BrokenRegistry("the policy covers what it does not name", caughtBy: ["overwrite-where-mutable"]) {
            $0.current == nil ? .accept($0) : .refuse($0)
        },
        BrokenRegistry("the same image again is accepted from some clients", caughtBy: ["identical-push"]) {
            $0.new.type.contains("docker") ? writeOnceAcceptingIdentical($0) : writeOnce($0)
        },
        BrokenRegistry("the same image again is accepted now and then", caughtBy: ["identical-push"]) {
            $0.refusals == 2 ? writeOnceAcceptingIdentical($0) : writeOnce($0)
        },
    ]

    /// Wrong in what they say, or in what they do after they have said it.
    private static let answering = [
        BrokenRegistry(
            "201 to an overwrite that is not done",
            caughtBy: overwrites.union(denials).union(deletes)
                .union(["race-for-new-tag", "overwrite-where-mutable"])
        ) { $0.current == nil ? .accept($0) : .refuse(Decision.created($0)) },
        BrokenRegistry(
            "a refusal that moves the tag",
            caughtBy: overwrites.union(deletes).union(["race-for-new-tag"])
        ) { writeOnce($0).moves ? .accept($0) : Decision(moves: true, answer: Decision.denied($0)) },
        BrokenRegistry("403 in place of 409", caughtBy: ["denial-as-declared"]) { claim in
            writeOnce(claim).moves ? .accept(claim) : .refuse(Decision.denied(claim, status: 403))
        },
        BrokenRegistry("a code outside the profile", caughtBy: ["denial-as-declared"]) { claim in
            writeOnce(claim).moves ? .accept(claim) : .refuse(Decision.denied(claim, code: "TAG_IMMUTABLE"))
        },
        BrokenRegistry("a refusal in HTML", caughtBy: ["denial-as-declared"]) { claim in
            let page = HTTPResponse(
                status: 409, headers: ["Content-Type": "text/html"], body: Array("<h1>No</h1>".utf8))
            return writeOnce(claim).moves ? .accept(claim) : .refuse(page)
        },
        BrokenRegistry("another code each seventh time", caughtBy: ["identical-denials"]) { claim in
            if writeOnce(claim).moves { return .accept(claim) }
            return .refuse(Decision.denied(claim, code: claim.refusals % 7 == 6 ? "UNSUPPORTED" : "DENIED"))
        },
        BrokenRegistry("another message each time", caughtBy: ["identical-denials"]) { claim in
            writeOnce(claim).moves
                ? .accept(claim) : .refuse(Decision.denied(claim, end: " (\(claim.refusals))"))
        },
        BrokenRegistry("another header after ten refusals", caughtBy: ["identical-denials"]) {
            AlteringTransport(registry: MemoryRegistry(rule: slowingDown)) { $1 }
        },
        BrokenRegistry("another message for schema 2", caughtBy: ["overwrite-across-flows"]) { claim in
            let end = claim.new.type.contains("docker") ? "" : " (OCI)"
            return writeOnce(claim).moves ? .accept(claim) : .refuse(Decision.denied(claim, end: end))
        },
        BrokenRegistry("201 without Location", caughtBy: ["first-push"]) {
            AlteringTransport(registry: MemoryRegistry()) { request, answer in
                var answer = answer
                if request.isManifestPut { answer.headers["Location"] = nil }
                return answer
            }
        },
        BrokenRegistry("a tag list that is empty", caughtBy: ["first-push"]) {
            AlteringTransport(registry: MemoryRegistry()) { request, answer in
                request.isTagList ? HTTPResponse(status: 200, body: Array(#"{"tags":null}"#.utf8)) : answer
            }
        },
        BrokenRegistry("a tag list that has grown after a refusal", caughtBy: ["tag-unchanged"]) {
            AfterRefusal { request, answer in
                guard request.isTagList else { return answer }
                return HTTPResponse(status: 200, body: Array(#"{"tags":["v1","v1-refused"]}"#.utf8))
            }.transport
        },
        BrokenRegistry("a layer with other bytes after a refusal", caughtBy: ["tag-unchanged"]) {
            AfterRefusal { request, answer in
                guard request.isBlobGet else { return answer }
                var answer = answer
                answer.body.append(0)
                return answer
            }.transport
        },
    ]

    private static let racing = [
        BrokenRegistry("look first, write afterwards", caughtBy: ["race-for-new-tag"]) {
            MemoryRegistry(decidesEarly: true)
        },
        BrokenRegistry("500 to whoever loses a race", caughtBy: ["race-for-new-tag"]) { claim in
            claim.isRace && claim.current != nil
                ? .refuse(.error(500, "UNKNOWN", "database is locked")) : writeOnce(claim)
        },
        BrokenRegistry("201 to everybody in a race", caughtBy: ["race-for-new-tag"]) { claim in
            claim.isRace && claim.current != nil ? .refuse(Decision.created(claim)) : writeOnce(claim)
        },
        BrokenRegistry("nobody wins a race", caughtBy: ["race-for-new-tag"]) { claim in
            claim.isRace ? .refuse(claim) : writeOnce(claim)
        },
    ]

    private static let deleting = [
        BrokenRegistry("deleting a tag frees its name", caughtBy: ["delete-tag-then-push"]) {
            MemoryRegistry(tagDeletion: .forgotten)
        },
        BrokenRegistry("deleting a digest frees the names of its tags", caughtBy: ["delete-digest-then-push"])
        {
            MemoryRegistry(digestDeletion: .forgotten)
        },
    ]

    private static let slowingDown: Rule = { claim in
        if writeOnce(claim).moves { return .accept(claim) }
        var answer = Decision.denied(claim)
        if claim.refusals > 10 { answer.headers["X-RateLimit-Remaining"] = "0" }
        return .refuse(answer)
    }
}

/// A correct registry whose answers about a repository change once a push to it has been refused.
private struct AfterRefusal: Sendable {
    private let refused = RefusedRepositories()
    private let alter: @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse

    init(_ alter: @escaping @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse) { self.alter = alter }

    var transport: any HTTPTransport {
        AlteringTransport(registry: MemoryRegistry()) { [refused, alter] request, answer in
            guard let name = request.route?.repository else { return answer }
            if request.isManifestPut, answer.status == 409 { refused.add(name) }
            return refused.contains(name) ? alter(request, answer) : answer
        }
    }
}

private final class RefusedRepositories: Sendable {
    private let names = Mutex<Set<RepositoryName>>([])

    func add(_ name: RepositoryName) { names.withLock { _ = $0.insert(name) } }

    func contains(_ name: RepositoryName) -> Bool { names.withLock { $0.contains(name) } }
}
