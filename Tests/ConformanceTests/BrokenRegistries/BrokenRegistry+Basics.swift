// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension BrokenRegistry {
    static let atProtocol = [
        BrokenRegistry("201 without Location", by: "first-push") { request, answer in
            var answer = answer
            if request.isManifestPut { answer.headers["Location"] = nil }
            return answer
        },
        BrokenRegistry("200 to a push that is new", by: "first-push") { request, answer in
            var answer = answer
            if request.isManifestPut, answer.status == 201 { answer.status = 200 }
            return answer
        },
        BrokenRegistry("the digest of something else in the answer to a push", by: "first-push") {
            request, answer in
            var answer = answer
            if request.isManifestPut, answer.status == 201 {
                answer.headers["Docker-Content-Digest"] = "\(Digest(of: []))"
            }
            return answer
        },
        BrokenRegistry(
            "the list of tags ends after its first page", by: "tag-list-pages", .flawed(.pagesEndEarly)),
        BrokenRegistry("a blob that is there is refused", by: "blob-again", .flawed(.blobAgainIsRefused)),
        BrokenRegistry(
            "a manifest that is there is refused by its digest", by: "put-by-digest",
            .flawed(.digestAgainIsRefused)),
    ]

    static let atWriteOnce = [
        BrokenRegistry(
            "a tag of more than 100 characters is not looked up", by: "tag-grammar",
            rule: writeOnce { $0.tag.rawValue.utf8.count > 100 }),
        BrokenRegistry(
            "a tag of one digit is not looked up", by: "tag-grammar",
            rule: writeOnce { $0.tag.rawValue == "1" }),
        BrokenRegistry(
            "schema 2 may replace schema 2", by: "overwrite-same-flow",
            rule: writeOnce { claim in
                claim.isPlain
                    && [claim.current?.type, claim.new.type].allSatisfy {
                        $0 == "\(MediaType.dockerManifest)"
                    }
            }),
        BrokenRegistry(
            "a list may replace a list", by: "overwrite-same-flow",
            rule: writeOnce { claim in
                claim.isPlain
                    && [claim.current?.type, claim.new.type].allSatisfy {
                        $0 == "\(MediaType.dockerManifestList)"
                    }
            }),
        BrokenRegistry("a refused tag is listed", by: "tag-unchanged", .flawed(.listShowsRefused)),
        BrokenRegistry(
            "a layer has other bytes after some refusals", by: "tag-unchanged",
            also: ["identical-manifest-alone", "same-image-other-form"], .flawed(.layersRot)),
        BrokenRegistry(
            "the tenth image that is tried gets the tag", by: "overwrite-wear",
            rule: writeOnce {
                $0.refused.count >= 9 && !$0.isRace && !$0.repository.isUnder(namespace: "open")
            }),
        BrokenRegistry("latest is exempt", by: "overwrite-latest", rule: writeOnce { $0.tag == .latest }),
        BrokenRegistry(
            "what is called nightly may be overwritten", by: "overwrite-usual-names",
            rule: writeOnce { $0.tag.rawValue == "nightly" }),
        BrokenRegistry(
            "the eighth tag is not covered", by: "overwrite-many-tags",
            rule: writeOnce { $0.tag.rawValue == "v8" }),
        BrokenRegistry(
            "a front end that has not heard of the policy", by: "overwrite-on-new-connections",
            rule: writeOnce {
                $0.request.headers["Connection"] == "close" && !$0.repository.isUnder(namespace: "open")
            }),
        BrokenRegistry(
            "a refusal ends the uploads that were begun", by: "upload-in-progress",
            .flawed(.refusalEndsUploads)),
        BrokenRegistry(
            "protection wears off", by: "tags-stand-later",
            rule: writeOnce { $0.isLate && !$0.repository.isUnder(namespace: "open") }),
        BrokenRegistry("old tags are removed", by: "tags-stand-later", .flawed(.oldTagsVanish)),
        BrokenRegistry("an image that was refused once is refused under every name", by: "other-names-free") {
            claim in
            let isBanned = claim.current == nil && claim.refused.contains(claim.new.digest)
            return isBanned && !claim.repository.isUnder(namespace: "open")
                ? .refuse(claim) : writeOnce(claim)
        },
        BrokenRegistry(
            "a manifest that names its blobs by sha512 may replace another", by: "overwrite-sha512",
            rule: writeOnce { $0.new.children.contains { $0.algorithm == .sha512 } }),
        BrokenRegistry(
            "what is refused can be pulled by its digest", by: "refused-manifest-invisible",
            .flawed(.refusedIsStored)),
        BrokenRegistry("ten uploads, and no more", by: "uploads-unaffected", .flawed(.uploadsAreFew)),
        BrokenRegistry("the policy covers what it does not name", by: "overwrite-where-mutable") { claim in
            let isPlain = claim.repository.isUnder(namespace: "open/run1/overwrite-where-mutable")
            return isPlain || claim.repository.rawValue.hasSuffix("overwrite-where-mutable")
                ? (claim.current == nil ? .accept(claim) : .refuse(claim)) : writeOnce(claim)
        },
    ]
}
