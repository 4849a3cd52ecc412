// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension BrokenRegistry {
    static let atConsistent = [
        BrokenRegistry("the same image again is accepted from some clients", by: "identical-push") {
            $0.new.type.contains("docker") ? writeOnceAcceptingIdentical($0) : writeOnce($0)
        },
        BrokenRegistry(
            "the same image again is accepted the third time", by: "identical-push",
            also: ["identical-manifest-alone"]
        ) {
            $0.refusals == 2 && !$0.isRace ? writeOnceAcceptingIdentical($0) : writeOnce($0)
        },
        BrokenRegistry(
            "the same image again is refused in two ways", by: "identical-manifest-alone",
            rule: refusing {
                claim in
                Decision.denied(claim, end: claim.isIdentical && claim.refusals % 2 == 1 ? " (again)" : "")
            }),
        BrokenRegistry(
            "a list is refused and shown by GET", by: "overwrite-across-flows",
            .flawed(.refusedListIsShownByGet)),
        BrokenRegistry(
            "a tag for which a list was refused is no longer listed", by: "overwrite-across-flows",
            .flawed(.refusedListIsUnlisted)),
        BrokenRegistry(
            "a list may replace an image", by: "overwrite-across-flows",
            rule: writeOnce {
                !$0.isRace && $0.new.type.contains("list")
                    && $0.current?.type.contains("list") == false
            }),
        BrokenRegistry(
            "an image may replace a list", by: "overwrite-across-flows",
            also: ["empty-manifests", "index-to-member", "tags-stand-later"],
            rule: writeOnce {
                $0.isPlain && !$0.new.type.lowercased().contains("list")
                    && $0.current?.type.contains("list") == true
            }),
        BrokenRegistry(
            "another manifest of the same blobs may replace the first", by: "same-image-other-form",
            rule: writeOnce {
                $0.current?.children == $0.new.children && $0.new.bytes.last == 0x0A
                    && !$0.repository.isUnder(namespace: "open")
            }),
        BrokenRegistry(
            "a manifest of schema 1 may replace any other", by: "same-image-other-form",
            .flawed(.knowsSchema1)),
    ]

    static let atSealed = [
        BrokenRegistry(
            "deleting a tag frees its name", by: "delete-tag-then-push", Behaviour(tagDeletion: .forgotten)),
        BrokenRegistry(
            "deleting a digest frees the names of its tags", by: "delete-digest-then-push",
            Behaviour(digestDeletion: .forgotten)),
        BrokenRegistry(
            "deleting a list frees the names of its tags", by: "delete-digest-then-push",
            .flawed(.deletedListIsForgotten)),
        BrokenRegistry(
            "the children of an index can be deleted", by: "delete-child-of-index",
            .flawed(.childCanBeDeleted)),
        BrokenRegistry(
            "the layers of an image can be deleted", by: "delete-blob", .flawed(.blobCanBeDeleted)),
        BrokenRegistry(
            "a delete and the same image again open the tag", by: "delete-then-same-image",
            rule: writeOnce { $0.past.deleteTried && $0.past.identicalTried }),
        BrokenRegistry(
            "deleting what has no tag deletes those of others", by: "delete-untagged",
            .flawed(.untaggedTakesTags)),
        BrokenRegistry(
            "the type of an image can be changed", by: "identical-bytes-other-type", .flawed(.typeIsReplaced)),
        BrokenRegistry(
            "?tag= does not look at the tag", by: "tag-parameter",
            rule: writeOnce { $0.request.url.query == "tag=v1" && !$0.isRace && $0.request.isByDigest }),
        BrokenRegistry(
            "?tag= does not look at the tag when a list comes", by: "tag-parameter",
            rule: writeOnce {
                $0.request.url.query == "tag=v1" && $0.isByParameter && !$0.isRace
                    && $0.new.type.contains("list")
                    && $0.request.isByDigest
            }),
        BrokenRegistry(
            "?tag= sets those that it may", by: "tag-parameter-mixed", .flawed(.mixedTagsAreSetPartly)),
        BrokenRegistry(
            "?tag= is decoded after the check", by: "tag-parameter-spelling", .flawed(.encodedParameterPasses)
        ),
        BrokenRegistry("letters are folded", by: "letter-case", .flawed(.foldsCase)),
        BrokenRegistry("paths are decoded after the check", by: "path-spelling", .flawed(.decodesLate)),
        BrokenRegistry("POST is as good as PUT", by: "method-override", .flawed(.postIsPut)),
        BrokenRegistry(
            "If-Match opens a tag", by: "conditional-push",
            rule: writeOnce { $0.request.headers["If-Match"] != nil }),
        BrokenRegistry(
            "If-Match: * opens a tag", by: "conditional-push",
            rule: writeOnce { $0.request.headers["If-Match"] == "*" }),
        BrokenRegistry(
            "a manifest without a length is not checked", by: "chunked-manifest",
            rule: writeOnce { $0.request.framing == .chunked }),
        BrokenRegistry(
            "a list without a length is not checked", by: "chunked-manifest",
            rule: writeOnce { $0.request.framing == .chunked && $0.new.type.contains("list") }),
        BrokenRegistry(
            "If-Match opens a tag to lists", by: "conditional-push",
            rule: writeOnce { $0.request.headers["If-Match"] != nil && $0.new.type.contains("list") }),
        BrokenRegistry(
            "what waits for 100 Continue is not checked", by: "expect-continue",
            rule: writeOnce { $0.request.headers["Expect"] != nil }),
        BrokenRegistry(
            "who is told 404 may push", by: "narrow-accept",
            Behaviour(rule: writeOnce { $0.past.wasHidden }, flaws: [.narrowAcceptHides])),
        BrokenRegistry(
            "an upload can be ended in another repository", by: "upload-session-moved",
            .flawed(.sessionsAreShared)),
        BrokenRegistry(
            "a parameter of the content type opens a tag", by: "content-type-spelling",
            rule: writeOnce { $0.new.type.contains(";") }),
        BrokenRegistry(
            "a content type in capitals opens a tag", by: "content-type-spelling",
            rule: writeOnce { $0.new.type.hasPrefix("APPLICATION") }),
        BrokenRegistry(
            "a manifest without a content type is not checked", by: "content-type-missing",
            Behaviour(rule: writeOnce { $0.new.type.isEmpty }, flaws: [.typeIsGuessed])),
        BrokenRegistry(
            "a manifest with a coding is not checked", by: "content-coding",
            rule: writeOnce { $0.request.headers["Content-Encoding"] != nil }),
        BrokenRegistry(
            "?force=true opens a tag", by: "query-on-tag",
            rule: writeOnce { $0.request.url.query == "force=true" }),
        BrokenRegistry(
            "any query opens a tag to lists", by: "query-on-tag",
            rule: writeOnce {
                $0.request.url.query != nil && !$0.request.isByDigest && $0.new.type.contains("list")
            }),
        BrokenRegistry(
            "a manifest of more than 20,000 bytes is not checked", by: "large-manifest",
            rule: writeOnce { $0.new.bytes.count > 20_000 }),
        BrokenRegistry(
            "a manifest with a subject is not checked", by: "manifest-with-subject",
            rule: writeOnce { String(decoding: $0.new.bytes, as: UTF8.self).contains("\"subject\"") }),
        BrokenRegistry(
            "a referrer takes the tag of its subject", by: "manifest-with-subject",
            .flawed(.referrersTakeTags)),
        BrokenRegistry(
            "what is there already may take any tag", by: "retag",
            rule: writeOnce {
                $0.isKnown && !$0.isRace && $0.current?.children.contains($0.new.digest) != true
                    && !$0.repository.isUnder(namespace: "open")
            }),
        BrokenRegistry(
            "an image may replace the index that has it", by: "index-to-member",
            rule: writeOnce { $0.current?.children.contains($0.new.digest) == true }),
        BrokenRegistry(
            "an image without layers is not checked", by: "empty-manifests",
            rule: writeOnce { String(decoding: $0.new.bytes, as: UTF8.self).contains("\"layers\":[]") }),
        BrokenRegistry(
            "an index without entries is not checked", by: "empty-manifests",
            rule: writeOnce { String(decoding: $0.new.bytes, as: UTF8.self).contains("\"manifests\":[]") }),
        BrokenRegistry(
            "tags of referrers are exempt", by: "referrers-tag",
            rule: writeOnce {
                $0.tag.rawValue.hasPrefix("sha256-") && !$0.repository.isUnder(namespace: "open")
            }),
    ]

    static let crashing = [
        BrokenRegistry(
            "a restart forgets what was deleted", by: "restart", tools: .hooks,
            Behaviour(tagDeletion: .remembered, flaws: [.restartForgetsDeletions])),
        BrokenRegistry(
            "a kill loses tags", by: "killed-after-answer", also: ["tags-stand-later"], tools: .hooks,
            .flawed(.killLosesTags)),
        BrokenRegistry(
            "a kill loses the manifest of a tag that was being set", by: "killed-during-push", tools: .hooks,
            .flawed(.killLosesHeldManifests)),
        BrokenRegistry(
            "a registry that cannot read its rules has none", by: "storage-read-only", tools: .hooks,
            .flawed(.failsOpen)),
        BrokenRegistry(
            "a full disk looks like the policy", by: "disk-full", tools: .hooks, .flawed(.fullDiskDenies)),
        BrokenRegistry(
            "a push to a full disk leaves a tag without an image", by: "disk-full", tools: .hooks,
            .flawed(.fullDiskTakesTheTag)),
    ]

    /// Those that everybody notices: what real registries without a policy do.
    static let thorough = [
        BrokenRegistry("the first push is refused", by: "first-push", also: refusingAll) { claim in
            claim.repository.isUnder(namespace: "open") ? writeOnce(claim) : .refuse(claim)
        },
        BrokenRegistry("the last writer wins", by: "overwrite-same-flow", also: overwriting) { claim in
            claim.repository.isUnder(namespace: "open") ? writeOnce(claim) : .accept(claim)
        },
        BrokenRegistry(
            "look first, write afterwards", by: "race-for-new-tag", also: lookingFirst,
            Behaviour(decidesEarly: true)),
    ]

    private static let refusingAll: Set = [
        "blob-again",
        "body-too-short",
        "cut-in-the-middle",
        "lost-answer",
        "race-for-new-tag",
        "race-many-tags",
        "race-mixed-forms",
        "race-readers",
        "race-same-image",
        "race-tag-parameter",
        "race-truth",
        "race-two-camps",
        "slow-writer",
        "tag-grammar",
    ]
    private static let overwriting: Set = [
        "all-denials-alike",
        "chunked-manifest",
        "conditional-push",
        "content-coding",
        "content-type-spelling",
        "delete-digest-then-push",
        "delete-tag-then-push",
        "delete-then-same-image",
        "denial-as-declared",
        "denial-without-internals",
        "empty-manifests",
        "expect-continue",
        "identical-denials",
        "index-to-member",
        "large-manifest",
        "letter-case",
        "lost-answer",
        "manifest-with-subject",
        "narrow-accept",
        "other-names-free",
        "overwrite-across-flows",
        "overwrite-latest",
        "overwrite-many-tags",
        "overwrite-on-new-connections",
        "overwrite-sha512",
        "overwrite-usual-names",
        "overwrite-wear",
        "race-delete",
        "race-for-new-tag",
        "race-mixed-forms",
        "race-readers",
        "race-tag-parameter",
        "race-truth",
        "query-on-tag",
        "race-two-camps",
        "referrers-tag",
        "refused-manifest-invisible",
        "retag",
        "same-image-other-form",
        "slow-writer",
        "tag-grammar",
        "tag-parameter",
        "tag-parameter-mixed",
        "tag-parameter-spelling",
        "tag-unchanged",
        "tags-stand-later",
        "upload-in-progress",
        "uploads-unaffected",
    ]
    private static let lookingFirst: Set = [
        "race-tag-parameter",
        "race-mixed-forms",
        "race-readers",
        "race-truth",
        "race-two-camps",
        "slow-writer",
    ]
}
