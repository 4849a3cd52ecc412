// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec

extension RemoteRepository {
    /// Publishes a manifest and everything under it once, and gives it each of the tags.
    ///
    /// Contents go first; then the manifest is put under one tag after the other, `jobs` at once. A tag that the
    /// registry refuses does not keep the others from being set.
    ///
    /// - Returns: What became of each tag, in the order of `tags`.
    /// - Throws: When the contents cannot be stored, or no answer comes to a manifest.
    package func push(
        _ root: Descriptor, from reader: any BlobReader, asEachOf tags: [Tag],
        _ settings: CopySettings = CopySettings()
    ) async throws -> [Result<PushOutcome, RegistryError>] {
        let bytes = try await reader.read(root, limitBytes: 8 << 20)
        let manifest = try Manifest(
            bytes, mediaType: root.mediaType, algorithm: root.digest.algorithm ?? .sha256)
        try await copyGraph(manifest.children, from: reader, to: self, settings)
        return try await withThrowingTaskGroup(
            of: (place: Int, answer: Result<PushOutcome, RegistryError>).self
        ) { group in
            var waiting = tags.enumerated().makeIterator()
            for _ in 0..<max(1, settings.jobs) {
                guard let (place, tag) = waiting.next() else { break }
                group.addTask { (place, try await self.answer(to: manifest, as: tag)) }
            }
            var answers = [Result<PushOutcome, RegistryError>?](repeating: nil, count: tags.count)
            while let (place, answer) = try await group.next() {
                answers[place] = answer
                guard let (place, tag) = waiting.next() else { continue }
                group.addTask { (place, try await self.answer(to: manifest, as: tag)) }
            }
            return answers.compactMap(\.self)
        }
    }

    /// The registry's word on one tag; without any, the connection is what is wrong, not the tag.
    private func answer(
        to manifest: Manifest, as tag: Tag
    ) async throws(RegistryError) -> Result<PushOutcome, RegistryError> {
        do throws(RegistryError) {
            return .success(try await put(manifest, as: tag))
        } catch {
            switch error {
            case .transport, .local: throw error
            default: return .failure(error)
            }
        }
    }
}
