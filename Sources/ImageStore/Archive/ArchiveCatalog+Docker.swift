// SPDX-License-Identifier: Apache-2.0

import OCISpec

extension ArchiveCatalog {
    /// Reads what `docker save` wrote: `manifest.json` names configurations and layers by their files.
    ///
    /// Hashes every layer once.
    init(savedIn file: ArchiveFile, checkCancellation: () throws -> Void) throws {
        var reader = DockerArchiveReader(file: file)
        for item in try reader.items() { try reader.add(item, checkCancellation) }
        self = reader.catalog
    }
}

/// One image of a `docker-archive`: an element of its `manifest.json`.
///
/// Source: Docker image specification 1.2.
struct DockerArchiveItem: Codable {
    static let fileName = "manifest.json"

    /// The name of the configuration's file.
    let config: String
    let repoTags: [String]?
    /// The names of the layers' files, the base layer first.
    let layers: [String]

    enum CodingKeys: String, CodingKey {
        case config = "Config"
        case repoTags = "RepoTags"
        case layers = "Layers"
    }
}

private struct DockerArchiveReader {
    let file: ArchiveFile
    private(set) var catalog = ArchiveCatalog()
    /// Files that were hashed: images share layers.
    private var hashed: [ByteSource: Digest] = [:]

    init(file: ArchiveFile) {
        self.file = file
    }

    func items() throws -> [DockerArchiveItem] {
        do {
            return try JSONDocument.decode(
                [DockerArchiveItem].self, from: file.document(DockerArchiveItem.fileName),
                noun: DockerArchiveItem.fileName)
        } catch let error as InvalidValue {
            throw ImageStoreError.badArchive(file.path, reason: "\(error)")
        }
    }

    mutating func add(_ item: DockerArchiveItem, _ checkCancellation: () throws -> Void) throws {
        let bytes = try file.document(item.config)
        let config = try ArchiveFault.wrap(file) { () throws(InvalidValue) in
            try JSONDocument.decode(ImageConfig.self, from: bytes, noun: item.config)
        }
        guard config.rootfs.diffIDs.count == item.layers.count else {
            throw ImageStoreError.badArchive(
                file.path,
                reason: "\(item.config) lists \(config.rootfs.diffIDs.count) layers, "
                    + "\(DockerArchiveItem.fileName) \(item.layers.count)")
        }
        var layers: [Descriptor] = []
        for (name, diffID) in zip(item.layers, config.rootfs.diffIDs) {
            layers.append(try layer(name, diffID, checkCancellation))
        }
        let configuration = Descriptor(mediaType: .dockerConfig, of: bytes)
        catalog.contents[configuration.digest] = .bytes(bytes)
        let manifest = try ArchiveFault.wrap(file) { () throws(InvalidValue) in
            try Manifest(
                .image(ImageManifest(mediaType: .dockerManifest, config: configuration, layers: layers)))
        }
        catalog.contents[manifest.descriptor.digest] = .bytes(manifest.bytes)
        let names = (item.repoTags ?? []).map { (try? Reference($0))?.description ?? $0 }
        catalog.images.append(ImageArchive.Image(names: names, descriptor: manifest.descriptor))
    }

    private mutating func layer(
        _ name: String, _ diffID: Digest, _ checkCancellation: () throws -> Void
    ) throws -> Descriptor {
        let source = try file.required(name)
        let mediaType: MediaType =
            switch try Compression(source.slice(from: 0, count: 4).readAll()) {
            case .gzip: .dockerLayerGzip
            case .zstd: .dockerLayerZstd
            case nil: .dockerLayer
            }
        let digest = try hashed[source] ?? source.digest(checkCancellation: checkCancellation)
        hashed[source] = digest
        if mediaType == .dockerLayer {
            let algorithm = diffID.algorithm ?? .sha256
            let actual =
                algorithm == .sha256
                ? digest : try source.digest(algorithm, checkCancellation: checkCancellation)
            guard actual == diffID else {
                throw ImageStoreError.badArchive(
                    file.path, reason: "\(name) has the diffID \(actual), not \(diffID)")
            }
        }
        catalog.contents[digest] = source
        return Descriptor(mediaType: mediaType, digest: digest, size: source.count)
    }
}

private enum ArchiveFault {
    /// Says which archive it was that a text spoilt.
    static func wrap<Value>(
        _ file: ArchiveFile, _ body: () throws(InvalidValue) -> Value
    ) throws(ImageStoreError) -> Value {
        do {
            return try body()
        } catch {
            throw .badArchive(file.path, reason: "\(error)")
        }
    }
}
