// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A manifest as a registry keeps it.
struct StoredManifest: Hashable, Sendable {
    let digest: Digest
    let type: String
    let bytes: [UInt8]
}

/// A manifest PUT to a tag, with everything that a registry may decide by.
struct Claim: Sendable {
    let repository: RepositoryName
    let tag: Tag
    let new: StoredManifest
    let current: StoredManifest?
    /// True when the tag stood once and was deleted.
    let wasDeleted: Bool
    /// How many claims of this repository have been refused before.
    let refusals: Int
    /// `PATCH` with a range, `PATCH` without, or `PUT` with the body: how the last blob came.
    let lastUpload: String
    /// True when other writers are after the same tag.
    let isRace: Bool
}

/// What a registry does with a claim, and what it says.
struct Decision: Sendable {
    let moves: Bool
    let answer: HTTPResponse

    static func accept(_ claim: Claim) -> Decision { Decision(moves: true, answer: created(claim)) }

    static func refuse(_ answer: HTTPResponse) -> Decision { Decision(moves: false, answer: answer) }

    static func refuse(_ claim: Claim) -> Decision { refuse(denied(claim)) }

    static func created(_ claim: Claim) -> HTTPResponse {
        HTTPResponse(
            status: 201,
            headers: [
                "Location": "/v2/\(claim.repository)/manifests/\(claim.new.digest)",
                "Docker-Content-Digest": "\(claim.new.digest)",
            ])
    }

    static func denied(
        _ claim: Claim, status: Int = 409, code: String = "DENIED", end: String = ""
    ) -> HTTPResponse {
        .error(status, code, "immutable tag: \(claim.repository):\(claim.tag) already exists\(end)")
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
    if claim.repository.isUnder(namespace: "open") { return .accept(claim) }
    return claim.current == nil && !claim.wasDeleted ? .accept(claim) : .refuse(claim)
}

/// The other legal rule: what stands may be pushed again.
func writeOnceAcceptingIdentical(_ claim: Claim) -> Decision {
    claim.current?.digest == claim.new.digest ? .accept(claim) : writeOnce(claim)
}
