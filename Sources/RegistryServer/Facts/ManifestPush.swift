// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

/// A manifest on its way into a repository, and the tags that shall name it.
struct ManifestPush: Sendable {
    enum Outcome: Sendable {
        case stored
        case refused(Refusal)
        /// The repository does not have what the manifest names, or what an index that it names does.
        case lacking(digest: String)
        /// What the manifest names has another size than it says.
        case wrongSize(Descriptor, stored: Int64)
        /// The same bytes are stored as another media type.
        case storedAs(mediaType: String)
    }

    let repository: RepositoryName
    let manifest: Manifest
    /// Empty for a push by digest, which no policy refuses.
    let tags: [Tag]
    private let needs: ManifestNeeds

    init(repository: RepositoryName, manifest: Manifest, tags: [Tag]) {
        self.repository = repository
        self.manifest = manifest
        self.tags = tags
        needs = ManifestNeeds(manifest)
    }

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
        // Also for a manifest that is there: what it names may have been deleted since.
        switch try facts.fault(in: needs, repository: known) {
        case .missing(let digest): return .lacking(digest: digest)
        case .wrongSize(let index, let stored):
            return .wrongSize(manifest.children[index], stored: stored)
        case nil: break
        }
        let row = try facts.makeRepository(repository)
        if storedType == nil {
            try facts.insert(manifest, in: row)
            try facts.insert(needs, of: digest, in: row)
        }
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
