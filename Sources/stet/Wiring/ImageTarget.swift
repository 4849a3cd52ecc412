// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import RegistryClient

/// A place that an image is copied to.
struct ImageTarget: Sendable {
    let location: ImageLocation
    /// Further tags in the same repository.
    let tags: [Tag]

    enum Outcome: String, Encodable, Sendable {
        case published
        case alreadyPublished = "already published"
        case refused
        case copied
    }

    /// What became of an image there, and of the further tags.
    struct Reception: Sendable {
        let outcome: Outcome
        var tags: [CopyResult.TagResult] = []
    }

    init(location: ImageLocation, alsoAs tags: [Tag] = []) {
        self.location = location
        self.tags = tags
    }

    /// - Throws: When the further tags have no place here.
    func check() throws {
        guard !tags.isEmpty else { return }
        guard case .registry(let reference) = location, reference.digest == nil else {
            throw CommandFailure(
                "\(location): --also-tag and --tags-from need a registry's reference with a tag",
                exitCode: CommandFailure.usage)
        }
    }

    /// Copies an image with everything under it and gives it its name there.
    func receive(
        _ source: ImageSource, _ settings: CopySettings, over connector: RegistryConnector
    ) async throws -> Reception {
        switch location {
        case .registry(let reference):
            return try await publish(source, as: reference, settings, over: connector)
        case .layout, .store:
            let image = try LocalImage(writing: location)
            let lease = try await image.layout.lease()
            defer { lease.end() }
            try await copyGraph([source.root], from: source.reader, to: image.layout, settings)
            try await keepIndex(of: source, in: image.layout)
            try await image.layout.tag(source.root, as: image.name ?? Tag.latest.rawValue)
            return Reception(outcome: .copied)
        case .archive(let format, let file, let name):
            let image = ImageArchive.Image(names: name.map { [$0] } ?? [], descriptor: source.root)
            try await ImageArchive.write(image, from: source.reader, as: format, to: file, settings: settings)
            return Reception(outcome: .copied)
        }
    }

    private func publish(
        _ source: ImageSource, as reference: Reference, _ settings: CopySettings,
        over connector: RegistryConnector
    ) async throws -> Reception {
        if let digest = reference.digest, digest != source.root.digest {
            throw CommandFailure(
                "\(reference): the image is \(source.root.digest); a digest names one image only",
                exitCode: CommandFailure.usage)
        }
        let repository = try await connector.repository(of: reference)
        guard !tags.isEmpty, let own = reference.tag else {
            let tag = reference.digest == nil ? reference.tag : nil
            let outcome = try await repository.push(source.root, from: source.reader, as: tag, settings)
            return Reception(outcome: Outcome(outcome))
        }
        let further = tags.filter { $0 != own }
        let answers = try await repository.push(
            source.root, from: source.reader, asEachOf: [own] + further, settings)
        let results = zip([own] + further, answers).map { CopyResult.TagResult($0, $1) }
        return Reception(outcome: results.first?.outcome ?? .published, tags: Array(results.dropFirst()))
    }

    /// An image that was chosen from an index by the index's digest is kept together with that index, which proves
    /// that it is what the digest names.
    private func keepIndex(of source: ImageSource, in layout: ImageLayout) async throws {
        guard case .store(let reference) = location, let digest = reference.digest,
            digest != source.root.digest, let repository = source.reader as? RemoteRepository,
            let index = try await repository.manifest(.digest(digest))
        else { return }
        _ = try await BlockingThread.run { try layout.store(index.bytes, as: index.descriptor.mediaType) }
    }

    /// Says what a person might not expect of an image with these media types here.
    func explain(_ root: Descriptor) {
        guard ImageFormat(root.mediaType) == .docker else { return }
        switch location {
        case .layout, .archive(.oci, _, _):
            Terminal.error.line(
                """
                note: the image has Docker's media types, and keeps them and its digest; tools that read only OCI's \
                (skopeo, umoci) want --convert oci, which changes the digest
                """)
        case .registry, .store, .archive: break
        }
    }
}

extension ImageTarget.Outcome {
    init(_ outcome: PushOutcome) {
        switch outcome {
        case .published: self = .published
        case .alreadyPublished: self = .alreadyPublished
        }
    }
}

extension CopyResult.TagResult {
    init(_ tag: Tag, _ answer: Result<PushOutcome, RegistryError>) {
        switch answer {
        case .success(let outcome): self.init(tag: tag, outcome: .init(outcome))
        case .failure(.refused(let refusal)):
            let standing = refusal.standing.map { ", stands at \($0)" } ?? ""
            self.init(tag: tag, outcome: .refused, reason: "\(refusal.message)\(standing)")
        case .failure(let error): self.init(tag: tag, outcome: .refused, reason: "\(error)")
        }
    }
}
