// SPDX-License-Identifier: Apache-2.0

import ImageStore
package import OCISpec
import RegistryTransport

extension RemoteRepository {
    /// Gives a manifest a tag, or stores it under its digest alone.
    ///
    /// An answer that got lost, or that leaves open what happened (a 500, say), is settled by asking what the
    /// reference names now; only then is the manifest sent again. A manifest with a subject is listed under it, by
    /// us where the registry does not do it.
    ///
    /// - Throws: ``RegistryError/refused(_:)`` when the tag stands at another manifest;
    ///   ``RegistryError/notListed(_:)`` when the manifest is stored and the list of referrers is not.
    package func put(_ manifest: Manifest, as tag: Tag?) async throws(RegistryError) -> PushOutcome {
        let reference: RegistryRoute.ManifestReference =
            tag.map { .tag($0) } ?? .digest(manifest.descriptor.digest)
        var request = HTTPRequest(
            .put, client.url(.manifest(name, reference)),
            headers: ["Content-Type": manifest.descriptor.mediaType.rawValue])
        request.body = .bytes(manifest.bytes)
        var faults = FaultCount(client.backOff)
        while true {
            do throws(RegistryError) {
                let response = try await client.send(request)
                let outcome = try outcome(of: response, to: request, putting: manifest, as: reference)
                if case .published = outcome { try await list(manifest, after: response) }
                return outcome
            } catch {
                guard error.isPassing else { throw error }
                try await faults.endure(error)
                if let standing = try await resolve(reference)?.digest, manifest.isNamed(by: standing) {
                    try await list(manifest, after: nil)
                    return .published(manifest.descriptor)
                }
            }
        }
    }

    private func outcome(
        of response: HTTPResponse, to request: HTTPRequest, putting manifest: Manifest,
        as reference: RegistryRoute.ManifestReference
    ) throws(RegistryError) -> PushOutcome {
        if response.isSuccess {
            let stored = response.headers["Docker-Content-Digest"]
            if let stored, !((try? Digest(stored)).map(manifest.isNamed) ?? false) {
                throw .mismatch(
                    ContentMismatch(
                        request: "PUT \(request.url.redacted)", expected: "\(manifest.descriptor.digest)",
                        actual: stored))
            }
            return .published(manifest.descriptor)
        }
        guard let refusal = TagRefusal(response, of: self.reference(reference), pushing: manifest) else {
            throw RegistryError(response, to: request)
        }
        guard refusal.isAlreadyPublished else { throw .refused(refusal) }
        return .alreadyPublished(manifest.descriptor)
    }

    /// Deletes a tag, or a manifest with all its tags.
    ///
    /// An answer that got lost is settled by asking whether it is still there.
    ///
    /// - Throws: ``RegistryError/notFound(_:)``; ``RegistryError/notDeleted(_:)`` where deleting is not allowed.
    package func delete(_ reference: RegistryRoute.ManifestReference) async throws(RegistryError) {
        let request = manifestRequest(.delete, reference)
        var faults = FaultCount(client.backOff)
        while true {
            do throws(RegistryError) {
                let response = try await client.send(request)
                if response.status == 200 || response.status == 202 || response.status == 204 { return }
                let refusal = DeletionRefusal(response, to: request, of: self.reference(reference))
                throw refusal.map { .notDeleted($0) } ?? RegistryError(response, to: request)
            } catch {
                guard error.isPassing else { throw error }
                try await faults.endure(error)
                if try await resolve(reference) == nil { return }
            }
        }
    }
}
