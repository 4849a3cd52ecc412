// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport

extension BrokenRegistry {
    private static func door(
        _ name: String, by scenario: String, also: Set<String> = [], _ flaw: GuardedRegistry.Flaw,
        _ behaviour: Behaviour = Behaviour(), givesTokens: Bool = false
    ) -> BrokenRegistry {
        BrokenRegistry(name, by: scenario, also: also) {
            GuardedRegistry(behaviour, GuardedRegistry.Manner(givesTokens: givesTokens), flaw: flaw)
        }
    }

    /// One that knows users, and decides wrongly by them.
    private static func rule(
        _ name: String, by scenario: String, also: Set<String> = [], _ rule: @escaping Rule
    ) -> BrokenRegistry {
        BrokenRegistry(name, by: scenario, also: also) { GuardedRegistry(Behaviour(rule: rule)) }
    }

    static let guarded = [
        door(
            "a tag that stands is refused before anybody is asked who he is", by: "anonymous-asked-first",
            .tagComesFirst),
        door("401 without a way to log in", by: "anonymous-asked-first", .noChallenge),
        door("?tag= is open to everybody", by: "anonymous-cannot-push", .parameterIsOpen),
        door(
            "a repository is made by whoever is turned away without credentials",
            by: "anonymous-makes-no-repository", .strangerMakesRepositories),
        door("?tag= needs no right", by: "reader-cannot-push", .readerUsesParameter),
        door(
            "who may not push is told 409 where a tag stands", by: "reader-cannot-push",
            also: ["reader-answers-alike"], .readerIsToldFirst),
        door(
            "who may not push is told in other words where a tag stands", by: "reader-answers-alike",
            .readerIsToldOfTags),
        door(
            "who may not push is told 404 where no tag stands", by: "reader-answers-alike",
            .readerIsToldOfFreeTags),
        door(
            "a repository is made by whoever is turned away", by: "reader-makes-no-repository",
            .readerMakesRepositories),
        rule(
            "an administrator may overwrite", by: "administrator-is-bound",
            also: ["administrator-cannot-clear", "same-denial-for-everyone"],
            writeOnce { $0.request.headers["X-User"] == "ops" }),
        rule(
            "an administrator may overwrite by ?tag=", by: "administrator-is-bound",
            writeOnce { $0.request.headers["X-User"] == "ops" && $0.isByParameter }),
        door(
            "an administrator frees a name by a delete", by: "administrator-cannot-clear",
            .onlyAdministratorsDelete, Behaviour(tagDeletion: .forgotten, digestDeletion: .forgotten)),
        rule(
            "an administrator is told how to force it", by: "same-denial-for-everyone",
            refusing {
                Decision.denied($0, end: $0.request.headers["X-User"] == "ops" ? " (use force)" : "")
            }),
        rule(
            "an administrator is told 403", by: "same-denial-for-everyone",
            refusing {
                Decision.denied($0, status: $0.request.headers["X-User"] == "ops" ? 403 : 409)
            }),
        door("a mount needs no right where it writes", by: "scoped-elsewhere", .scopedMounts),
        door("?tag= needs no right in that place", by: "scoped-elsewhere", .scopedPushes),
        door(
            "an old token is looked at for blobs only", by: "policy-binds-old-tokens",
            .oldTokensPushManifests, Behaviour(rule: writeOnce { $0.request.headers["X-Old"] != nil }),
            givesTokens: true),
        BrokenRegistry(
            "whoever may push may change policies", by: "writer-changes-no-policy",
            attempted: .done(left: nil)),
        BrokenRegistry(
            "a policy is looked at before the user is", by: "writer-changes-no-policy",
            attempted: .refused("409 Conflict")),
    ]
}
