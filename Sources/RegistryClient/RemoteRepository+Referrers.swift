// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

extension RemoteRepository {
    /// The manifests that name `subject` as theirs: signatures, bills of materials, attestations.
    ///
    /// Asks the registry's API, page after page; where there is none, the index under the referrers tag. None at
    /// all is an empty list.
    ///
    /// `artifactType` leaves only those of that type, whether or not the registry filters.
    ///
    /// Source: distribution-spec 1.1, "Listing Referrers".
    package func referrers(
        of subject: Digest, artifactType: MediaType? = nil
    ) async throws(RegistryError) -> [Descriptor] {
        var url = client.url(.referrers(name, subject))
        if let artifactType { url = url.adding("artifactType", artifactType.rawValue) }
        var found: [Descriptor] = []
        do throws(RegistryError) {
            try await client.readPages(of: ImageIndex.self, from: url) { page, response in
                let isFiltered = response.headers.all("OCI-Filters-Applied").contains {
                    $0.split(separator: ",").contains { $0.contains("artifactType") }
                }
                found += page.manifests.filter {
                    isFiltered || artifactType == nil || $0.artifactType == artifactType
                }
            }
        } catch .notFound {
            let listed = try await listedReferrers(of: subject)?.manifests ?? []
            found = listed.filter { artifactType == nil || $0.artifactType == artifactType }
        }
        return found
    }

    /// The index under the referrers tag; nil when there is none.
    private func listedReferrers(of subject: Digest) async throws(RegistryError) -> ImageIndex? {
        guard let manifest = try await manifest(.tag(try referrersTag(of: subject))) else { return nil }
        guard case .index(let index) = manifest.content else {
            throw .local(InvalidValue("referrers", "\(subject)", "what its referrers tag names is no index"))
        }
        return index
    }

    /// Sees to it that a manifest which has just been stored is listed under its subject.
    ///
    /// `answer` is the registry's answer to the PUT, nil when it got lost. With `OCI-Subject` the registry says that
    /// it keeps the list itself.
    ///
    /// - Throws: ``RegistryError/notListed(_:)``; the manifest is stored all the same.
    func list(_ manifest: Manifest, after answer: HTTPResponse?) async throws(RegistryError) {
        guard let subject = manifest.subject?.digest, answer?.headers["OCI-Subject"] == nil else { return }
        do throws(RegistryError) {
            if answer == nil, try await hasReferrersAPI(subject) { return }
            try await addToIndex(Descriptor(referrer: manifest), of: subject)
        } catch {
            let tag = try referrersTag(of: subject)
            throw .notListed(
                ReferrerUnlisted(
                    manifest: manifest.descriptor, subject: subject, reference: reference(.tag(tag)),
                    cause: error))
        }
    }

    private func hasReferrersAPI(_ subject: Digest) async throws(RegistryError) -> Bool {
        let question = HTTPRequest(.get, client.url(.referrers(name, subject)))
        return try await client.send(question).status == 200
    }

    /// Adds an entry to the index under the referrers tag.
    ///
    /// Nothing keeps two clients from doing this at the same time, so the outcome is looked at, and tried again.
    private func addToIndex(_ entry: Descriptor, of subject: Digest) async throws(RegistryError) {
        let tag = try referrersTag(of: subject)
        var faults = FaultCount(client.backOff)
        while true {
            var index = try await listedReferrers(of: subject) ?? ImageIndex(manifests: [])
            if index.manifests.contains(where: { $0.digest == entry.digest }) { return }
            index.manifests.append(entry)
            let manifest: Manifest
            do {
                manifest = try Manifest(.index(index))
            } catch {
                throw .local(error)
            }
            _ = try await put(manifest, as: tag)
            if try await resolve(.tag(tag))?.digest == manifest.descriptor.digest { return }
            let lost = InvalidValue("referrers", "\(subject)", "others keep changing the index of them")
            try await faults.endure(.local(lost))
        }
    }

    private func referrersTag(of subject: Digest) throws(RegistryError) -> Tag {
        do {
            return try ReferrersTag.tag(for: subject)
        } catch {
            throw .local(error)
        }
    }
}
