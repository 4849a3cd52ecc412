// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

extension MemoryState {
    /// A PUT to a tag, as the registry's rule sees it.
    mutating func claim(of tag: Tag, _ call: MemoryCall) -> Claim {
        let repository = repositories[call.repository] ?? Repository()
        let bytes = call.request.body?.inMemory ?? []
        let past = repository.pasts[tag] ?? TagPast()
        var rivals = repository.rivals[tag] ?? Rivals()
        rivals.otherTags = max(0, repository.rivals.count - (repository.rivals[tag] == nil ? 0 : 1))
        var ruling = PolicyBook.Ruling()
        if call.repository.isUnder(namespace: "open") {
            var asked = tag
            if case .manifest(_, .tag(let written)) = call.route { asked = written }
            ruling = policies.ruling(on: asked, in: call.repository, setAt: past.setAt)
        }
        return Claim(
            repository: call.repository, tag: tag,
            new: StoredManifest(
                digest: Digest(of: bytes), type: call.request.headers["Content-Type"] ?? "", bytes: bytes,
                children: children(of: bytes, call)),
            request: call.request,
            current: repository.tags[tag].map { digest in
                repository.manifests[digest] ?? StoredManifest(digest: digest, type: "", bytes: [])
            },
            ruling: ruling, past: past, refusals: repository.refusals, refused: repository.refused,
            lastUpload: repository.lastUpload, rivals: rivals,
            isByParameter: call.request.url.member("tag") != nil,
            isKnown: repository.manifests[Digest(of: bytes)] != nil, age: claims - past.setAt)
    }

    private func children(of bytes: [UInt8], _ call: MemoryCall) -> [Digest] {
        guard let type = try? MediaType(call.request.headers["Content-Type"] ?? "") else { return [] }
        return (try? Manifest(bytes, mediaType: type))?.children.map(\.digest) ?? []
    }

    mutating func put(_ call: MemoryCall, _ early: Decision?) -> HTTPResponse {
        let tags = call.tags
        claims += 1
        for tag in tags { repositories[call.repository]?.rivals[tag]?.place += 1 }
        let digest = Digest(of: call.request.body?.inMemory ?? [])
        if call.has(.typeIsReplaced), repositories[call.repository]?.manifests[digest] != nil,
            let type = call.request.headers["Content-Type"]
        {
            repositories[call.repository]?.manifests[digest]?.type = type
        }
        if call.has(.knowsSchema1), call.request.headers["Content-Type"]?.contains("v1+json") == true,
            call.request.headers["Content-Type"]?.contains("docker") == true, let tag = tags.first
        {
            set(claim(of: tag, call), call)
            return HTTPResponse(status: 201)
        }
        guard let manifest = readable(call) else {
            let isGarbage = call.request.headers["Content-Encoding"] == nil
            return isGarbage && call.has(.garbageIsAFault)
                && call.request.body?.inMemory.last != UInt8(ascii: "}")
                ? .error(500, "UNKNOWN", "null pointer") : .error(400, "MANIFEST_INVALID", "not a manifest")
        }
        var decisions: [(Claim, Decision)] = []
        for tag in tags {
            let claim = claim(of: tag, call)
            decisions.append((claim, tags.count == 1 ? early ?? decide(claim, call) : decide(claim, call)))
        }
        for (claim, decision) in decisions where !decision.moves { note(claim, decision, call) }
        let lacking = manifest.children.contains { !has($0.digest, call) }
        if let refusal = decisions.first(where: { !$0.1.moves }) {
            if call.has(.missingBlobsVary), lacking, claims % 2 == 0 {
                return .error(404, "MANIFEST_BLOB_UNKNOWN", "a blob is missing")
            }
            if call.has(.mixedTagsAreSetPartly), decisions.count > 1 {
                for (claim, decision) in decisions where decision.moves { set(claim, call) }
            }
            return refusal.1.answer
        }
        if lacking { return .error(404, "MANIFEST_BLOB_UNKNOWN", "a blob is missing") }
        return store(decisions, manifest, call)
    }

    private func decide(_ claim: Claim, _ call: MemoryCall) -> Decision {
        if call.has(.postIsPut), call.request.method == .post { return .accept(claim) }
        if call.has(.encodedParameterPasses), call.request.url.query?.contains("%76%31") == true {
            return .accept(claim)
        }
        if call.has(.decodesLate), call.request.headers["X-Decoded"] != nil { return .accept(claim) }
        if claim.ruling.isProtected, claim.ruling.allowsIdentical, policies.mayReplaceWhereIdenticalMay {
            return .accept(claim)
        }
        return call.behaviour.rule(claim)
    }

    private func readable(_ call: MemoryCall) -> Manifest? {
        let guessed = call.has(.typeIsGuessed) ? MediaType.ociManifest.rawValue : ""
        guard let type = try? MediaType(call.request.headers["Content-Type"] ?? guessed) else { return nil }
        let bytes = call.request.body?.inMemory ?? []
        guard bytes.count <= 4 << 20 else { return nil }
        return try? Manifest(bytes, mediaType: type)
    }

    private func has(_ digest: Digest, _ call: MemoryCall) -> Bool {
        let repository = repositories[call.repository]
        return repository?.blobs[digest] != nil || repository?.manifests[digest] != nil
    }

    /// Keeps in mind what was refused.
    private mutating func note(_ claim: Claim, _ decision: Decision, _ call: MemoryCall) {
        let name = call.repository
        if !decision.answer.isSuccess {
            repositories[name]?.refusals += 1
            repositories[name]?.refused.insert(claim.new.digest)
        }
        if claim.isIdentical {
            repositories[name]?.pasts[claim.tag, default: TagPast()].identicalTried = true
        }
        if claim.new.type.contains("list"), claim.current?.type.contains("list") == false, !claim.isRace {
            repositories[name]?.refusedLists[claim.tag] = claim.new.digest
            if call.has(.refusedListIsShownByGet) {
                repositories[name]?.manifests[claim.new.digest] = claim.new
            }
        }
        if call.has(.refusalEndsUploads), !claim.isRace { repositories[name]?.uploads = [:] }
        if call.has(.refusedIsStored) { repositories[name]?.manifests[claim.new.digest] = claim.new }
    }

    private mutating func store(
        _ decisions: [(Claim, Decision)], _ manifest: Manifest, _ call: MemoryCall
    ) -> HTTPResponse {
        let bytes = call.request.body?.inMemory ?? []
        let digest = Digest(of: bytes)
        let stored = StoredManifest(
            digest: digest, type: call.request.headers["Content-Type"] ?? "", bytes: bytes,
            children: manifest.children.map(\.digest))
        if decisions.isEmpty, call.has(.digestAgainIsRefused),
            repositories[call.repository]?.manifests[digest] != nil
        {
            return .error(409, "DENIED", "\(digest) exists")
        }
        if repositories[call.repository]?.manifests[digest] == nil {
            repositories[call.repository]?.manifests[digest] = stored
        }
        for (claim, _) in decisions { set(claim, call) }
        if call.has(.referrersTakeTags), decisions.isEmpty, let subject = manifest.subject?.digest {
            for (tag, current) in repositories[call.repository]?.tags ?? [:] where current == subject {
                repositories[call.repository]?.tags[tag] = digest
            }
        }
        guard var answer = decisions.first?.1.answer else {
            return HTTPResponse(
                status: 201,
                headers: [
                    "Location": "/v2/\(call.repository)/manifests/\(digest)",
                    "Docker-Content-Digest": "\(digest)",
                ])
        }
        for (claim, _) in decisions.dropFirst() { answer.headers.add("OCI-Tag", claim.tag.rawValue) }
        return answer
    }

    private mutating func set(_ claim: Claim, _ call: MemoryCall) {
        repositories[call.repository]?.manifests[claim.new.digest] = claim.new
        repositories[call.repository]?.tags[claim.tag] = claim.new.digest
        repositories[call.repository]?.pasts[claim.tag] = TagPast(
            cameHeld: claim.isRace, setAt: claims)
        if claim.isRace {
            repositories[call.repository]?.rivals[claim.tag]?.hosts.insert(call.request.url.authority)
        }
    }

    mutating func manifest(
        _ reference: RegistryRoute.ManifestReference, _ call: MemoryCall
    ) -> HTTPResponse {
        let isHead = call.request.method == .head
        let repository = repositories[call.repository] ?? Repository()
        var digest: Digest?
        switch reference {
        case .tag(let named):
            let tag = call.has(.foldsCase) ? named.folded : named
            digest = repository.tags[tag]
            if call.has(.oldTagsVanish), claims - (repository.pasts[tag]?.setAt ?? claims) > 400 {
                digest = nil
            }
            if call.has(.refusedListIsShownByGet), !isHead, let refused = repository.refusedLists[tag] {
                digest = refused
            }
            if call.has(.racedIndexFlips), repository.raced.contains(tag), digest != nil {
                let look = repository.looks[tag, default: 0] + 1
                repositories[call.repository]?.looks[tag] = look
                let isIndex = digest.flatMap { repository.manifests[$0]?.type.contains("index") } == true
                if look == 2, isIndex { digest = repository.manifests.keys.first { $0 != digest } }
            }
            if call.has(.narrowAcceptHides), let digest, let stored = repository.manifests[digest],
                let accept = call.request.headers["Accept"], !accept.contains(stored.type)
            {
                repositories[call.repository]?.pasts[tag, default: TagPast()].wasHidden = true
                return HTTPResponse(status: 404)
            }
        case .digest(let named): digest = named
        }
        guard let digest, let stored = repository.manifests[digest] else {
            return isHead ? HTTPResponse(status: 404) : .error(404, "MANIFEST_UNKNOWN", "no such manifest")
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": stored.type, "Docker-Content-Digest": "\(digest)"],
            body: isHead ? [] : stored.bytes)
    }

    mutating func delete(
        _ reference: RegistryRoute.ManifestReference, _ call: MemoryCall
    ) -> HTTPResponse {
        let name = call.repository
        let repository = repositories[name] ?? Repository()
        var tags: [Tag]
        switch reference {
        case .tag(let tag): tags = [tag]
        case .digest(let digest):
            tags = repository.tags.filter { $0.value == digest }.map(\.key)
            let isChild = repository.tags.values.contains {
                repository.manifests[$0]?.children.contains(digest) == true
            }
            if isChild, !call.has(.childCanBeDeleted) { return .error(409, "DENIED", "an index needs it") }
            if tags.isEmpty {
                repositories[name]?.manifests[digest] = nil
                guard call.has(.untaggedTakesTags), !isChild else { return HTTPResponse(status: 202) }
                repositories[name]?.tags = [:]
                return HTTPResponse(status: 202)
            }
        }
        for tag in tags { repositories[name]?.pasts[tag, default: TagPast()].deleteTried = true }
        return remove(tags, reference, call)
    }

    private mutating func remove(
        _ tags: [Tag], _ reference: RegistryRoute.ManifestReference, _ call: MemoryCall
    ) -> HTTPResponse {
        if call.has(.deletesAreOff) { return .error(405, "UNSUPPORTED", "deletes are off") }
        for tag in tags {
            if call.has(.deletionsAreForbidden),
                policies.ruling(on: tag, in: call.repository, setAt: 0).isProtected
            {
                return .error(403, "DENIED", "immutable")
            }
            switch deletion(of: tag, reference, call) {
            case .denied: return .error(409, "DENIED", "immutable")
            case .unsupported: return .error(405, "UNSUPPORTED", "deletes are off")
            case .remembered:
                repositories[call.repository]?.pasts[tag, default: TagPast()].wasDeleted = true
            case .forgotten: repositories[call.repository]?.pasts[tag] = nil
            }
        }
        for tag in tags { repositories[call.repository]?.tags[tag] = nil }
        if case .digest(let digest) = reference { repositories[call.repository]?.manifests[digest] = nil }
        return HTTPResponse(status: 202)
    }

    private mutating func deletion(
        of tag: Tag, _ reference: RegistryRoute.ManifestReference, _ call: MemoryCall
    ) -> Behaviour.Deletion {
        guard call.repository.isUnder(namespace: "open") else {
            if case .tag = reference { return call.behaviour.tagDeletion }
            if call.has(.deletedListIsForgotten), case .digest(let digest) = reference,
                repositories[call.repository]?.manifests[digest]?.type.contains("list") == true
            {
                return .forgotten
            }
            return call.behaviour.digestDeletion
        }
        let setAt = repositories[call.repository]?.pasts[tag]?.setAt ?? 0
        var ruling = policies.ruling(on: tag, in: call.repository, setAt: setAt)
        if policies.siblingShields {
            for other in repositories[call.repository]?.tags.keys.map({ $0 }) ?? [] {
                let verdict = policies.ruling(on: other, in: call.repository, setAt: 0)
                if verdict.isProtected, !verdict.allowsDeletion { ruling = verdict }
            }
        }
        if case .tag = reference, policies.tagDeletionIsFree, !ruling.allowsDeletion { return .forgotten }
        guard ruling.isProtected else { return .forgotten }
        guard ruling.allowsDeletion else { return .denied }
        return ruling.allowsReuse ? .forgotten : .remembered
    }
}
