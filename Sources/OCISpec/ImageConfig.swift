// SPDX-License-Identifier: Apache-2.0

/// An image's configuration: what it runs on, how it runs, and what its layers are.
///
/// Members that this type does not know survive decoding and encoding.
///
/// Source: image-spec 1.1, config.md.
package struct ImageConfig: Hashable, Sendable {
    /// RFC 3339.
    package var created: String?
    package var author: String?
    /// Old images, and those of some tools, leave operating system and architecture empty or out.
    package var platform: Platform
    package var config: ContainerConfig?
    package var rootfs: RootFilesystem
    package var history: [History]?
    /// Everything else in the document, by name.
    package var unknown: [String: JSONValue] = [:]

    package init(platform: Platform, config: ContainerConfig? = nil) {
        self.platform = platform
        self.config = config
        rootfs = RootFilesystem(diffIDs: [])
    }

    /// The layers of an image as they are uncompressed.
    package struct RootFilesystem: Hashable, Sendable, Codable {
        /// Always `layers`.
        package var type = "layers"
        /// The digest of each layer's tar stream, the base layer first.
        package var diffIDs: [Digest]

        package init(diffIDs: [Digest]) {
            self.diffIDs = diffIDs
        }

        enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }
}

extension ImageConfig: Codable {
    private enum Key: String, CaseIterable {
        case created, author, config, rootfs, history
        case os, architecture, variant
        case osVersion = "os.version"
        case osFeatures = "os.features"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        created = try container.value(String.self, Key.created)
        author = try container.value(String.self, Key.author)
        platform = Platform(
            os: try container.value(String.self, Key.os) ?? "",
            architecture: try container.value(String.self, Key.architecture) ?? "",
            variant: try container.value(String.self, Key.variant))
        platform.osVersion = try container.value(String.self, Key.osVersion)
        platform.osFeatures = try container.value([String].self, Key.osFeatures)
        config = try container.value(ContainerConfig.self, Key.config)
        rootfs = try container.decode(RootFilesystem.self, forKey: AnyKey(Key.rootfs.rawValue))
        history = try container.value([History].self, Key.history)
        unknown = try container.unknownMembers(besides: Key.allCases.map(\.rawValue))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(unknown)
        try container.set(created, Key.created)
        try container.set(author, Key.author)
        try platform.encode(to: encoder)
        try container.set(config, Key.config)
        try container.set(rootfs, Key.rootfs)
        try container.set(history, Key.history)
    }
}
