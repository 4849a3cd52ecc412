// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

/// An image of the local store, as commands about images see it.
struct StoredImage: Sendable {
    /// What the name stands for: a manifest, or an index of several.
    let root: Descriptor
    /// The image for the platform that was wanted, else the first one.
    let image: ImageManifest
    let config: ImageConfig

    private static let limitBytes = ContainerImages.documentLimitBytes

    init(_ root: Descriptor, for platform: Platform, in store: ImageLayout) async throws {
        self.root = root
        image = try await Self.image(root, platform, store)
        config = try JSONDocument.decode(
            ImageConfig.self, from: try await store.read(image.config, limitBytes: Self.limitBytes),
            noun: "image configuration")
    }

    private static func image(
        _ descriptor: Descriptor, _ platform: Platform, _ store: ImageLayout
    ) async throws -> ImageManifest {
        let bytes = try await store.read(descriptor, limitBytes: limitBytes)
        let manifest = try Manifest(
            bytes, mediaType: descriptor.mediaType, algorithm: descriptor.digest.algorithm ?? .sha256)
        switch manifest.content {
        case .image(let image): return image
        case .index(let index):
            let images = index.manifests.filter(\.mediaType.isImageManifest)
            guard let chosen = index.manifest(for: platform) ?? images.first else {
                throw StepFailure("\(descriptor.digest) is an index of nothing")
            }
            return try await self.image(chosen, platform, store)
        }
    }

    /// Of the layers, as they are stored.
    var sizeBytes: Int64 { image.layers.reduce(0) { $0 + $1.size } }

    /// What `docker inspect` says of it, under the names that it has.
    func description(names: [Reference]) throws -> JSONValue {
        let repositories = Set(names.map { "\($0.registry)/\($0.repository)" }).sorted()
        var members: [String: JSONValue] = [
            "Id": .string("\(root.digest)"),
            "RepoTags": .array(
                names.compactMap { name in
                    name.tag.map { JSONValue.string("\(name.registry)/\(name.repository):\($0)") }
                }),
            "RepoDigests": .array(repositories.map { .string("\($0)@\(root.digest)") }),
            "Created": .string(config.created ?? ""), "Author": .string(config.author ?? ""),
            "Os": .string(config.platform.os), "Architecture": .string(config.platform.architecture),
            "Variant": .string(config.platform.variant ?? ""), "Size": .integer(sizeBytes),
            "RootFS": .object([
                "Type": .string("layers"),
                "Layers": .array(config.rootfs.diffIDs.map { .string("\($0)") }),
            ]),
        ]
        members["Config"] = try Self.config(config.config ?? ContainerConfig())
        return .object(members)
    }

    /// With the members that formats ask for, also where the image says nothing of them.
    private static func config(_ config: ContainerConfig) throws -> JSONValue {
        var members: [String: JSONValue] = [
            "User": .string(""), "Env": .array([]), "Entrypoint": .null, "Cmd": .null, "Volumes": .null,
            "WorkingDir": .string(""), "Labels": .object([:]), "ExposedPorts": .object([:]),
            "StopSignal": .string(""),
        ]
        let written = try JSONDocument.decode(
            JSONValue.self, from: try JSONDocument.encode(config), noun: "configuration")
        if case .object(let own) = written { members.merge(own) { $1 } }
        return .object(members)
    }
}
