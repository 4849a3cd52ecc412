// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension BrokenRegistry {
    static let atDeterministic = [
        BrokenRegistry(
            "403 in place of 409", by: "denial-as-declared",
            rule: refusing { Decision.denied($0, status: 403) }),
        BrokenRegistry(
            "400 in place of 409", by: "denial-as-declared",
            rule: refusing { Decision.denied($0, status: 400, code: "TAG_INVALID") }),
        BrokenRegistry(
            "a code that no specification has", by: "denial-as-declared",
            rule: refusing { Decision.denied($0, code: "TAG_IMMUTABLE") }),
        BrokenRegistry(
            "a code in lower case", by: "denial-as-declared",
            rule: refusing { Decision.denied($0, code: "denied") }),
        BrokenRegistry(
            "a refusal in HTML", by: "denial-as-declared",
            rule: refusing { _ in
                HTTPResponse(
                    status: 409, headers: ["Content-Type": "text/html"], body: Array("<h1>No</h1>".utf8))
            }),
        BrokenRegistry(
            "a refusal without a body", by: "denial-as-declared",
            rule: refusing { _ in HTTPResponse(status: 409) }),
        BrokenRegistry(
            "a refusal that names no tag", by: "denial-as-declared",
            rule: refusing { _ in
                .error(409, "DENIED", "this cannot be changed")
            }),
        BrokenRegistry(
            "a refusal that asks to come back later", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.headers["Retry-After"] = "1"
                return answer
            }),
        BrokenRegistry(
            "a refusal that asks for a login", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.headers["WWW-Authenticate"] = "Basic"
                return answer
            }),
        BrokenRegistry(
            "two errors in one refusal", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                let entry = #"{"code":"DENIED","message":"immutable \#(claim.repository):\#(claim.tag)"}"#
                answer.body = Array(#"{"errors":[\#(entry),\#(entry)]}"#.utf8)
                return answer
            }),
        BrokenRegistry(
            "another code each seventh time", by: "identical-denials", also: ["all-denials-alike"],
            rule: refusing { claim in
                Decision.denied(
                    claim, code: claim.isWorn && claim.refusals % 7 == 0 ? "UNSUPPORTED" : "DENIED")
            }),
        BrokenRegistry(
            "another message each time", by: "identical-denials", also: ["all-denials-alike"],
            rule: refusing { claim in
                Decision.denied(claim, end: claim.isWorn ? " (\(claim.refusals))" : "")
            }),
        BrokenRegistry(
            "another header after a dozen refusals", by: "identical-denials", also: ["all-denials-alike"],
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                if claim.isWorn { answer.headers["X-RateLimit-Remaining"] = "0" }
                return answer
            }),
        BrokenRegistry(
            "another body after a dozen refusals", by: "identical-denials", also: ["all-denials-alike"],
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                if claim.isWorn {
                    answer.body = Array(
                        String(decoding: answer.body, as: UTF8.self).replacing("{}", with: "null").utf8)
                }
                return answer
            }),
        BrokenRegistry(
            "latest is refused in other words", by: "all-denials-alike",
            rule: refusing { claim in
                Decision.denied(claim, end: claim.tag == .latest ? " and special" : "")
            }),
        BrokenRegistry(
            "long tags are refused in other words", by: "all-denials-alike",
            rule: refusing { claim in
                Decision.denied(claim, end: claim.tag.rawValue == "V1" ? "!" : "")
            }),
        BrokenRegistry(
            "another code to the fifth image that is tried", by: "all-denials-alike",
            rule: refusing { claim in
                let isFifth =
                    claim.refused.count > 4 && !claim.isRace && claim.repository.rawValue.contains("wear")
                return Decision.denied(claim, status: isFifth ? 403 : 409)
            }),
        BrokenRegistry(
            "the first who loses a race is told another code", by: "all-denials-alike",
            rule: refusing { claim in
                Decision.denied(
                    claim, code: claim.isRace && claim.rivals.place == 2 ? "UNSUPPORTED" : "DENIED")
            }),
        BrokenRegistry(
            "a refusal with the digest of what was refused", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.headers["Docker-Content-Digest"] = "\(claim.new.digest)"
                return answer
            }),
        BrokenRegistry(
            "a refusal that says which tag was set", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.headers["OCI-Tag"] = claim.tag.rawValue
                return answer
            }),
        BrokenRegistry(
            "a refusal with a stack trace", by: "denial-as-declared", also: ["denial-without-internals"],
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                let trace = String(repeating: "at Registry.java:12 ", count: 300)
                let body = String(decoding: answer.body, as: UTF8.self)
                answer.body = Array(body.replacing("{}", with: #"{"stack":"\#(trace)"}"#).utf8)
                return answer
            }),
        BrokenRegistry(
            "a refusal with an address of the inside", by: "denial-without-internals",
            rule: refusing { Decision.denied($0, end: " (asked 10.1.7.23:5000)") }),
        BrokenRegistry(
            "a refusal with a byte order mark", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.body = [0xEF, 0xBB, 0xBF] + answer.body
                return answer
            }),
        BrokenRegistry(
            "a refusal with something behind its JSON", by: "denial-as-declared",
            rule: refusing { claim in
                var answer = Decision.denied(claim)
                answer.body += Array("<!-- edge 7 -->".utf8)
                return answer
            }),
        BrokenRegistry(
            "a refusal that breaks off before its end", by: "denial-as-declared", .flawed(.refusalIsCutShort)),
        BrokenRegistry("500 to what is no JSON", by: "malformed-manifest", .flawed(.garbageIsAFault)),
        BrokenRegistry(
            "the tag or the blobs are looked at first, as it comes", by: "missing-blob-denial",
            .flawed(.missingBlobsVary)),
        BrokenRegistry(
            "what came over a slow connection may be overwritten", by: "lost-answer",
            rule: writeOnce { $0.past.cameHeld && !$0.isRace }),
        BrokenRegistry("a push that has begun reserves the tag", by: "slow-writer") { claim in
            !claim.isRace && !claim.rivals.digests.isEmpty && claim.current == nil
                && claim.rivals.place == 1 ? .refuse(claim) : writeOnce(claim)
        },
        BrokenRegistry(
            "a push that was cut takes the tag", by: "cut-in-the-middle", .flawed(.cutTakesTheTag)),
        BrokenRegistry(
            "a manifest is taken that is one byte short of its length", by: "body-too-short",
            .flawed(.shortBodyIsStored)),
        BrokenRegistry("a refusal takes its time", by: "denial-without-delay", .flawed(.refusesLate)),
    ]

    static let racing = [
        BrokenRegistry(
            "a lock for less than twenty writers", by: "race-for-new-tag",
            rule: writeOnce {
                $0.isRace && $0.rivals.place >= 20 && $0.rivals.digests.count > 20 && !$0.isByParameter
            }),
        BrokenRegistry("500 to whoever comes late in a crowd", by: "race-for-new-tag") { claim in
            claim.isRace && claim.rivals.place >= 20 && claim.rivals.digests.count > 20
                ? .refuse(.error(500, "UNKNOWN", "database is locked")) : writeOnce(claim)
        },
        BrokenRegistry("the one who is told 201 is not the one who wins", by: "race-truth") { claim in
            let isCrowd = claim.isRace && claim.rivals.digests.count > 2 && claim.new.type.contains("docker")
            guard isCrowd, !claim.isMixedRace else { return writeOnce(claim) }
            if claim.rivals.place == 1 { return .accept(claim) }
            return claim.rivals.place == 2
                ? Decision(moves: true, answer: Decision.denied(claim)) : .refuse(claim)
        },
        BrokenRegistry("readers see a loser for a moment", by: "race-readers", .flawed(.racedIndexFlips)),
        BrokenRegistry("201 to every index that races, and one stands", by: "race-readers") { claim in
            let isLate = claim.isRace && claim.past.cameHeld && claim.new.type.contains("index")
            return isLate && !claim.isMixedRace ? .refuse(Decision.created(claim)) : writeOnce(claim)
        },
        BrokenRegistry(
            "each media type has a lock of its own", by: "race-mixed-forms",
            rule: writeOnce { $0.isRace && $0.current?.type != $0.new.type && $0.past.cameHeld }),
        BrokenRegistry("a loser is told that its blobs are missing", by: "race-mixed-forms") { claim in
            let isLate = claim.isMixedRace && claim.current != nil && claim.new.type.contains("list")
            return isLate
                ? .refuse(.error(404, "MANIFEST_BLOB_UNKNOWN", "a blob is missing")) : writeOnce(claim)
        },
        BrokenRegistry("500 to whoever pushes the same image at the same moment", by: "race-same-image") {
            claim in
            claim.isRace && claim.rivals.digests.count == 1 && claim.rivals.place > 1 && claim.isIdentical
                ? .refuse(.error(500, "UNKNOWN", "unique constraint")) : writeOnce(claim)
        },
        BrokenRegistry(
            "of two images both get the tag", by: "race-two-camps",
            rule: writeOnce { $0.isRace && $0.rivals.digests.count == 2 }),
        BrokenRegistry("500 where several tags are made at once", by: "race-many-tags") { claim in
            claim.isRace && claim.rivals.otherTags > 6 && claim.rivals.digests.count == 1
                && claim.current == nil
                ? .refuse(.error(500, "UNKNOWN", "database is locked")) : writeOnce(claim)
        },
        BrokenRegistry(
            "201 to all who make tags at once, and one of them is dropped", by: "race-many-tags"
        ) { claim in
            let isCrowd = claim.isRace && claim.rivals.otherTags > 6 && claim.rivals.digests.count == 1
            return isCrowd && claim.tag.rawValue.hasSuffix("-7")
                ? .refuse(Decision.created(claim)) : writeOnce(claim)
        },
        BrokenRegistry(
            "each address has a lock of its own", by: "race-two-addresses", tools: .secondAddress,
            rule: writeOnce {
                $0.isRace && !$0.rivals.hosts.contains($0.request.url.authority) && !$0.rivals.hosts.isEmpty
            }),
        BrokenRegistry(
            "?tag= has a lock of its own", by: "race-tag-parameter",
            rule: writeOnce { $0.isRace && $0.isByParameter }),
        BrokenRegistry("201 to whoever races with a delete, and nothing done", by: "race-delete") { claim in
            let isLate =
                claim.isRace && claim.rivals.digests.count > 1 && claim.current != nil
                && !claim.past.cameHeld
            return isLate ? .refuse(Decision.created(claim)) : writeOnce(claim)
        },
    ]
}
