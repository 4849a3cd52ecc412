// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

/// The removal of a tag, a manifest or a blob from a repository.
struct Deletion: Sendable {
    enum Outcome: Sendable {
        case done
        case unknown
        case refused(Refusal)
        /// A manifest needs the blob.
        case used(byManifest: String)
    }

    let repository: RepositoryName

    /// Removes a tag; what it named stays.
    func remove(_ tag: Tag, _ facts: Facts) throws -> Outcome {
        guard let row = try facts.repository(repository),
            case .taken(let digest) = try facts.state(of: tag, in: row)
        else { return .unknown }
        if let refusal = try refusal([(tag, digest)], facts) { return .refused(refusal) }
        try bury(tag, naming: digest, in: row, facts)
        return .done
    }

    /// Removes a manifest and its tags, unless a policy protects one of the tags that lead to it.
    func remove(manifest digest: Digest, _ facts: Facts) throws -> Outcome {
        guard let row = try facts.repository(repository),
            try facts.mediaType(ofManifest: digest, in: row) != nil
        else { return .unknown }
        let tags = try facts.tags(leadingTo: digest, in: row)
        if let refusal = try refusal(tags, facts) { return .refused(refusal) }
        for (tag, named) in tags where named == digest { try bury(tag, naming: digest, in: row, facts) }
        try facts.removeManifest(digest, in: row)
        var event = AuditEvent(.manifestDeleted)
        (event.repository, event.digest) = (repository, digest)
        try facts.append(event)
        return .done
    }

    /// Takes a blob out of the repository, unless one of its manifests needs the blob.
    func remove(blob digest: Digest, _ facts: Facts) throws -> Outcome {
        guard let row = try facts.repository(repository), try facts.hasBlob(digest, in: row) else {
            return .unknown
        }
        if let manifest = try facts.user(of: digest, in: row) { return .used(byManifest: manifest) }
        try facts.unlinkBlob(digest, in: row)
        return .done
    }

    private func refusal(_ tags: [(tag: Tag, digest: Digest)], _ facts: Facts) throws -> Refusal? {
        guard !tags.isEmpty else { return nil }
        let policies = try facts.policies()
        for (tag, digest) in tags {
            let decision = decide(.delete, on: TagName(repository, tag), in: .taken(digest), under: policies)
            guard case .refuse(let refusal) = decision else { continue }
            try facts.append(AuditEvent(.deletionRefused, of: refusal))
            return refusal
        }
        return nil
    }

    private func bury(_ tag: Tag, naming digest: Digest, in row: Int64, _ facts: Facts) throws {
        try facts.bury(tag, naming: digest, in: row)
        var event = AuditEvent(.tagDeleted)
        (event.repository, event.tag, event.digest) = (repository, tag, digest)
        try facts.append(event)
    }
}
