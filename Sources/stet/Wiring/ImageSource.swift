// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient

/// An image that can be read, wherever it is.
struct ImageSource: Sendable {
    let reader: any BlobReader
    let root: Descriptor
    /// As the person named it, in full.
    let name: String
    /// An index named it, for the platform that was asked for.
    var isChosen = false

    /// Finds the image.
    ///
    /// `platform` chooses from an index; nil takes the index with all of its images.
    static func open(
        _ location: ImageLocation, platform: Platform?, over connector: RegistryConnector
    ) async throws -> ImageSource {
        switch location {
        case .registry(let reference):
            let repository = try await connector.source(of: reference)
            let root = try await repository.select(reference.manifestReference, platform: platform)
            // What an index lists has its platform beside it.
            return ImageSource(
                reader: repository, root: root, name: reference.description, isChosen: root.platform != nil)
        case .layout, .store:
            let image = try LocalImage(reading: location)
            return try await ImageSource(reader: image.layout, root: image.manifest(), name: "\(location)")
                .choosing(platform)
        case .archive(let format, let file, let name):
            let archive = try await ImageArchive.open(file, as: format)
            return try await ImageSource(reader: archive, root: archive.resolve(name), name: "\(location)")
                .choosing(platform)
        }
    }

    /// The image for a platform, when this is an index and one is asked for.
    private func choosing(_ platform: Platform?) async throws -> ImageSource {
        guard root.mediaType.isIndex, let platform else { return self }
        guard case .index(let index) = try await manifest().content,
            let chosen = index.manifest(for: platform)
        else { throw CommandFailure("\(name): there is no image for \(platform)") }
        return ImageSource(reader: reader, root: chosen.identity, name: name, isChosen: true)
    }

    /// Sees whether the image is for a platform; what no index chose and no configuration tells is for any.
    ///
    /// - Throws: ``CommandFailure`` when it is for another one.
    func check(isFor platform: Platform) async throws {
        guard !isChosen, root.mediaType.isImageManifest,
            case .image(let image) = try await manifest().content,
            image.config.mediaType.isImageConfig
        else { return }
        let bytes = try await reader.read(image.config, limitBytes: Self.manifestLimitBytes)
        let found = try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "image configuration")
            .platform
        guard !found.satisfies(platform) else { return }
        throw CommandFailure("\(name): the image is for \(found), not for \(platform)")
    }

    /// The same image with manifests of a family of media types; itself when it is of that family.
    func converted(to format: ImageFormat) async throws -> ImageSource {
        guard ImageFormat(root.mediaType) != format else { return self }
        let image = try await ConvertedImage(root, in: reader, as: format)
        return ImageSource(reader: image, root: image.root, name: name)
    }

    static let manifestLimitBytes = 8 << 20

    func manifest() async throws -> Manifest {
        let bytes = try await reader.read(root, limitBytes: Self.manifestLimitBytes)
        return try Manifest(bytes, mediaType: root.mediaType, algorithm: root.digest.algorithm ?? .sha256)
    }
}

extension Reference {
    /// The digest where there is one, else the tag.
    var manifestReference: RegistryRoute.ManifestReference {
        digest.map { .digest($0) } ?? .tag(tag ?? .latest)
    }
}
