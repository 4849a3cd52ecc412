// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import RegistryClient
import SourceText

/// Brings caches from elsewhere, and takes what a build did there.
struct CacheTransfer: Sendable {
    let site: BuildSite
    let progress: @Sendable (BuildEvent) -> Void

    private static let limitBytes = 64 << 20
    /// Of an index.
    private static let limitImages = 64

    // MARK: Import

    /// One that cannot be had is a warning: the build only takes longer.
    func load(_ locations: [CacheLocation]) async -> [ImportedCache] {
        var caches: [ImportedCache] = []
        for location in locations {
            do {
                let errand = BuildErrand(.cacheImport, "\(location)")
                let cache = try await errand.report(to: progress) { _ in try await load(location) }
                progress(.cacheImported(location, steps: cache.records.count))
                caches.append(cache)
            } catch {
                warn(of: "--cache-from", "the cache \(location) is not used: \(error)")
            }
        }
        return caches
    }

    private func warn(of option: String, _ message: String) {
        progress(.warning(Diagnostic(.warning, at: SourceLocation(whole: option), message)))
    }

    private func load(_ location: CacheLocation) async throws -> ImportedCache {
        let (source, root) = try await find(location)
        let documents = try await documents(of: root, in: source)
        guard !documents.isEmpty else {
            throw Problem("it is an image without a build cache; build it with --cache-to type=inline")
        }
        return ImportedCache(documents, at: location, from: source, progress: progress)
    }

    /// Those that a cache, an image or the images of an index have.
    private func documents(
        of root: Descriptor, in source: any BlobReader
    ) async throws -> [CacheDocument] {
        let bytes = try await source.read(root, limitBytes: Self.limitBytes)
        switch try Manifest(bytes, mediaType: root.mediaType).content {
        case .image(let manifest):
            return try await document(of: manifest, in: source).map { [$0] } ?? []
        case .index(let index):
            var documents: [CacheDocument] = []
            for child in index.manifests.prefix(Self.limitImages) where child.mediaType.isImageManifest {
                documents += try await self.documents(of: child, in: source)
            }
            return documents
        }
    }

    /// nil for an image that keeps none.
    private func document(
        of manifest: ImageManifest, in source: any BlobReader
    ) async throws -> CacheDocument? {
        var text = try await source.read(manifest.config, limitBytes: Self.limitBytes)
        if manifest.config.mediaType.rawValue != CacheDocument.configType {
            let config = try JSONDocument.decode(ImageConfig.self, from: text, noun: "image configuration")
            guard let member = config.unknown[CacheDocument.memberName] else { return nil }
            text = try JSONDocument.encode(member)
        }
        let document = try JSONDocument.decode(CacheDocument.self, from: text, noun: "build cache")
        guard document.version == CacheDocument.version else {
            throw Problem("it has version \(document.version), not \(CacheDocument.version)")
        }
        let known = Set(manifest.layers.map(\.digest))
        guard document.layers.allSatisfy({ known.contains($0.digest) }) else {
            throw Problem("it names layers that its manifest does not have")
        }
        return document
    }

    private func find(_ location: CacheLocation) async throws -> (any BlobReader, Descriptor) {
        switch location {
        case .folder(let folder, let entry):
            let layout = try ImageLayout(folder)
            guard let root = try await layout.cache(entry) else {
                throw Problem("\(folder) has no such build cache")
            }
            return (layout, root)
        case .registry(let reference):
            let repository = try await connector().source(of: reference)
            let root = try await repository.resolve(
                reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? .latest))
            guard let root else { throw Problem("the registry has no such artifact") }
            return (repository, root)
        }
    }

    private func connector() throws -> RegistryConnector {
        guard let registries = site.registries else { throw Problem("registries cannot be reached here") }
        return registries
    }

    // MARK: Export

    /// Writes the steps of a build, with their layers, to each of the places.
    ///
    /// What another build put there is replaced.
    ///
    /// - Throws: For the first that cannot be written and must be.
    func save(
        _ records: [StepKey: StepRecord], as caching: BuildRequest.Caching
    ) async throws(BuildError) {
        for location in caching.exports {
            do {
                let errand = BuildErrand(.cacheExport, "\(location)")
                let count = try await errand.report(to: progress) { news in
                    try await save(records, to: location, news.settings)
                }
                progress(.cacheExported(location, steps: count))
            } catch is CancellationError {
                throw .cancelled
            } catch {
                let message = "the cache cannot be written to \(location): \(error)"
                guard caching.optionalExports.contains(location) else { throw .store(Problem(message)) }
                warn(of: "--cache-to", message)
            }
        }
    }

    private func save(
        _ records: [StepKey: StepRecord], to location: CacheLocation, _ settings: CopySettings
    ) async throws -> Int {
        let store = site.store
        let kept = records.filter { _, record in record.layer.map { store.has($0.descriptor) } ?? true }
        let document = CacheDocument(kept)
        let root = try await BlockingThread.run {
            let type = try MediaType(CacheDocument.configType)
            let config = try store.store(JSONDocument.encode(document), as: type)
            var manifest = ImageManifest(config: config, layers: document.layers)
            manifest.artifactType = try MediaType(CacheDocument.artifactType)
            return try store.store(Manifest(.image(manifest)).bytes, as: .ociManifest)
        }
        switch location {
        case .folder(let folder, let entry):
            let layout = try await BlockingThread.run { try ImageLayout(creating: folder) }
            let lease = try await layout.lease()
            defer { lease.end() }
            try await copyGraph([root], from: store, to: layout, settings)
            if case .name(let name) = entry { try await layout.tag(root, as: name) }
        case .registry(let reference):
            let repository = try await connector().repository(of: reference)
            _ = try await repository.push(root, from: store, as: reference.tag ?? .latest, settings)
        }
        return kept.count
    }
}

extension ImageLayout {
    /// The manifest of a cache; nil where there is none.
    fileprivate func cache(_ entry: CacheLocation.Entry) async throws -> Descriptor? {
        switch entry {
        case .name(let name): return try await find(name)
        case .digest(let digest):
            let path = path(of: digest)
            return try await BlockingThread.run {
                // What an export has replaced is still there, and without a name.
                try roots().first { $0.digest == digest }
                    ?? WholeFile.size(path).map {
                        Descriptor(mediaType: .ociManifest, digest: digest, size: $0)
                    }
            }
        }
    }
}
