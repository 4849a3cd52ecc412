// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Something that was done to tags, manifests, blobs or policies, or was refused.
struct AuditEvent: Sendable {
    enum Action: String, CaseIterable, Sendable {
        case tagCreated = "tag-created"
        case tagMoved = "tag-moved"
        case tagDeleted = "tag-deleted"
        case manifestDeleted = "manifest-deleted"
        case pushRefused = "push-refused"
        case deletionRefused = "deletion-refused"
        case policyCreated = "policy-created"
        case policyChanged = "policy-changed"
        case policyDeleted = "policy-deleted"
        case blobsCollected = "blobs-collected"
        case accessDenied = "access-denied"
        case loginRefused = "login-refused"
    }

    let action: Action
    /// Who did it; nil for whoever sent the request.
    var actor: String?
    var repository: RepositoryName?
    var tag: Tag?
    /// What the actor sent or deleted.
    var digest: Digest?
    /// What the tag named before.
    var standing: Digest?
    /// A policy's scope: the one that refused, or that was changed.
    var policy: String?
    /// A policy before and after its change; what a collection removed; the right that somebody lacked.
    var detail: JSONValue?

    init(_ action: Action) {
        self.action = action
    }
}
