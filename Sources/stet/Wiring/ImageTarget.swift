// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient

/// A place that an image is copied to.
struct ImageTarget: Sendable {
    let location: ImageLocation

    enum Outcome: String, Encodable, Sendable {
        case published
        case alreadyPublished = "already published"
        case copied
    }

    /// Copies an image with everything under it and gives it its name there.
    func receive(
        _ source: ImageSource, jobs: Int, over connector: RegistryConnector
    ) async throws -> Outcome {
        switch location {
        case .registry(let reference):
            if let digest = reference.digest, digest != source.root.digest {
                throw CommandFailure(
                    "\(reference): the image is \(source.root.digest); a digest names one image only",
                    exitCode: CommandFailure.usage)
            }
            let repository = try await connector.repository(of: reference)
            let tag = reference.digest == nil ? reference.tag : nil
            switch try await repository.push(source.root, from: source.reader, as: tag, jobs: jobs) {
            case .published: return .published
            case .alreadyPublished: return .alreadyPublished
            }
        case .layout, .store:
            let image = try LocalImage(writing: location)
            let lease = try await image.layout.lease()
            defer { lease.end() }
            try await copyGraph([source.root], from: source.reader, to: image.layout, jobs: jobs)
            try await image.layout.tag(source.root, as: image.name ?? Tag.latest.rawValue)
            return .copied
        case .archive(let format, let file, let name):
            let image = ImageArchive.Image(names: name.map { [$0] } ?? [], descriptor: source.root)
            try await ImageArchive.write(image, from: source.reader, as: format, to: file, jobs: jobs)
            return .copied
        }
    }
}
