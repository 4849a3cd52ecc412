// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A manifest as a registry keeps it.
struct StoredManifest: Hashable, Sendable {
    let digest: Digest
    var type: String
    let bytes: [UInt8]
    /// The digests of all that it names.
    var children: [Digest] = []
}

/// A manifest PUT to a tag, with everything that a registry may decide by.
struct Claim: Sendable {
    let repository: RepositoryName
    let tag: Tag
    let new: StoredManifest
    let request: HTTPRequest
    let current: StoredManifest?
    /// What the policies say about the tag.
    let ruling: PolicyBook.Ruling
    /// What has happened to the tag so far.
    let past: TagPast
    /// How many claims of this repository have been refused before.
    let refusals: Int
    /// Every manifest that this repository has refused.
    let refused: Set<Digest>
    /// `PATCH` with a range, `PATCH` without, or `PUT` with the body: how the last blob came.
    let lastUpload: String
    /// The requests that are after the same tag at the same moment.
    let rivals: Rivals
    /// True for a push by digest with `?tag=`.
    let isByParameter: Bool
    /// True for a manifest that the repository has already, under another name or none.
    let isKnown: Bool
    /// How many claims of all repositories have come since the tag was set.
    let age: Int

    /// The tag as it was written in the request.
    var asked: Tag {
        if case .manifest(_, .tag(let tag)) = request.route { return tag }
        return tag
    }

    var isRace: Bool { request.barrier != nil }
    /// True for a repository that has refused a dozen times, outside of races.
    var isWorn: Bool { refusals > 12 && !isRace }
    /// True in a race of images with indexes.
    var isMixedRace: Bool { isRace && rivals.types.count > 1 }
    /// True for a push by the tag v1 as every client sends it, and before anybody tried to delete what stands.
    var isPlain: Bool {
        let special = ["If-Match", "If-None-Match", "Expect", "Content-Encoding"]
        return !isRace && !isKnown && !request.isByDigest && request.url.query == nil
            && request.framing == .length
            && special.allSatisfy { request.headers[$0] == nil } && new.bytes.count < 20_000
            && asked.rawValue == "v1" && !past.deleteTried
    }
    /// True long after the case that has set the tag.
    var isLate: Bool { age > 400 }
    var isIdentical: Bool { current?.digest == new.digest }
}

/// What has happened to a tag.
struct TagPast: Sendable {
    /// True when the tag stood once and was deleted.
    var wasDeleted = false
    /// True when somebody tried to delete it.
    var deleteTried = false
    /// True when what stands was pushed again.
    var identicalTried = false
    /// True when what stands came in a request that was held.
    var cameHeld = false
    /// True when somebody was told that there is no such tag, although there is.
    var wasHidden = false
    /// When it was set, counted in claims.
    var setAt = 0
}

/// The requests that wait for each other.
struct Rivals: Sendable {
    /// What they bring.
    var digests: Set<Digest> = []
    /// Of which media types.
    var types: Set<String> = []
    /// The place of this one among those that are answered, counted from 1.
    var place = 0
    /// The other tags of the repository that are raced for at the same moment.
    var otherTags = 0
    /// The hosts that have told somebody yes.
    var hosts: Set<String> = []
}

/// What a registry does with a claim, and what it says.
struct Decision: Sendable {
    let moves: Bool
    var answer: HTTPResponse

    static func accept(_ claim: Claim) -> Decision { Decision(moves: true, answer: created(claim)) }

    static func refuse(_ answer: HTTPResponse) -> Decision { Decision(moves: false, answer: answer) }

    static func refuse(_ claim: Claim) -> Decision { refuse(denied(claim)) }

    static func created(_ claim: Claim) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Location": "/v2/\(claim.repository)/manifests/\(claim.new.digest)",
            "Docker-Content-Digest": "\(claim.new.digest)",
        ]
        if claim.isByParameter { headers.add("OCI-Tag", claim.tag.rawValue) }
        return HTTPResponse(status: 201, headers: headers)
    }

    static func denied(
        _ claim: Claim, status: Int = 409, code: String = "DENIED", end: String = ""
    ) -> HTTPResponse {
        .error(status, code, "immutable tag: \(claim.repository):\(claim.asked) already exists\(end)")
    }
}

/// How a registry decides.
typealias Rule = @Sendable (Claim) -> Decision

extension HTTPResponse {
    static func error(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"],
            body: Array(#"{"errors":[{"code":"\#(code)","message":"\#(message)","detail":{}}]}"#.utf8))
    }
}

/// The rule that all broken ones break.
func writeOnce(_ claim: Claim) -> Decision {
    guard claim.ruling.isProtected else { return .accept(claim) }
    if claim.isIdentical, claim.ruling.allowsIdentical { return .accept(claim) }
    return claim.current == nil && !claim.past.wasDeleted ? .accept(claim) : .refuse(claim)
}

/// The other legal rule: what stands may be pushed again.
func writeOnceAcceptingIdentical(_ claim: Claim) -> Decision {
    claim.isIdentical ? .accept(claim) : writeOnce(claim)
}

/// Write-once, but for the claims for which `exception` is true: they move the tag.
func writeOnce(except exception: @escaping @Sendable (Claim) -> Bool) -> Rule {
    { claim in
        let standsAgainst = claim.current != nil && !claim.isIdentical
        return standsAgainst && exception(claim) ? .accept(claim) : writeOnce(claim)
    }
}

/// Write-once, with another answer to what is refused.
func refusing(_ answer: @escaping @Sendable (Claim) -> HTTPResponse) -> Rule {
    { claim in
        let decision = writeOnce(claim)
        return decision.moves ? decision : .refuse(answer(claim))
    }
}
