// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

/// A manifest on its way into a repository, and the tags that shall name it.
struct ManifestPush: Sendable {
    enum Outcome: Sendable {
        case stored
        case refused(Refusal)
        /// The repository does not have what the manifest names.
        case lacking(Descriptor)
        /// The same bytes are stored as another media type.
        case storedAs(mediaType: String)
    }

    let repository: RepositoryName
    let manifest: Manifest
    /// Empty for a push by digest, which no policy refuses.
    let tags: [Tag]

    /// Decides, and writes or refuses: all tags or none.
    ///
    /// Nothing but the audit event of a refusal is left of a manifest that is not stored.
    func perform(_ facts: Facts) throws -> Outcome {
        let digest = manifest.descriptor.digest
        let known = try facts.repository(repository)
        let policies = tags.isEmpty ? [] : try facts.policies()
        var states: [(tag: Tag, state: TagState)] = []
        for tag in tags {
            let state = try known.map { try facts.state(of: tag, in: $0) } ?? .free
            let decision = decide(.push(digest), on: TagName(repository, tag), in: state, under: policies)
            if case .refuse(let refusal) = decision {
                try facts.append(AuditEvent(.pushRefused, of: refusal, sent: digest))
                return .refused(refusal)
            }
            states.append((tag, state))
        }
        let storedType = try facts.mediaType(ofManifest: digest, in: known)
        if let storedType, storedType != manifest.descriptor.mediaType.rawValue {
            return .storedAs(mediaType: storedType)
        }
        if storedType == nil, let child = try facts.firstMissingChild(of: manifest, in: known) {
            return .lacking(child)
        }
        let row = try facts.makeRepository(repository)
        if storedType == nil { try facts.insert(manifest, in: row) }
        try claim(states, row, facts)
        return .stored
    }

    private func claim(_ states: [(tag: Tag, state: TagState)], _ row: Int64, _ facts: Facts) throws {
        for (tag, state) in states where state != .taken(manifest.descriptor.digest) {
            try facts.set(tag, to: manifest.descriptor.digest, in: row)
            var event = AuditEvent(.tagCreated)
            if case .taken(let standing) = state {
                event = AuditEvent(.tagMoved)
                event.standing = standing
            }
            (event.repository, event.tag) = (repository, tag)
            event.digest = manifest.descriptor.digest
            try facts.append(event)
        }
    }
}
