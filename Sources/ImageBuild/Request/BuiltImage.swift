// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What a build made: everything that the manifest names is in the store.
package struct BuiltImage: Hashable, Sendable {
    /// Of the image; of the index, where it was built for several platforms.
    package let manifest: Descriptor
    /// Of the first image.
    package let config: Descriptor
    /// The images, one for each platform, in the order of the request; never empty.
    package let images: [PlatformImage]
    /// What the last stage goes back to, one of `dependencies`; nil for `scratch`.
    package let base: Dependency?
    /// What the build read from elsewhere, in the order of first use.
    package let dependencies: [Dependency]

    /// The image for one platform.
    package struct PlatformImage: Hashable, Sendable {
        package let platform: Platform
        package let manifest: Descriptor
        package let config: Descriptor
    }

    /// An image that the build began with or copied from.
    package struct Dependency: Hashable, Sendable {
        package let reference: Reference
        /// The manifest that the name stood for.
        package let digest: Digest
    }
}

extension BuiltImage {
    /// What `--metadata-file` is to have, for an image that got `names`: JSON with BuildKit's keys.
    package func metadata(names: [Reference]) throws(InvalidValue) -> [UInt8] {
        var descriptor: [String: JSONValue] = [
            "mediaType": .string(manifest.mediaType.rawValue),
            "digest": .string(manifest.digest.description), "size": .integer(manifest.size),
        ]
        if let annotations = manifest.annotations {
            descriptor["annotations"] = .object(annotations.mapValues { .string($0) })
        }
        // As docker has it: an index is for no platform.
        if let image = images.first, image.manifest.digest == manifest.digest {
            descriptor["platform"] = .object(image.platform.members)
        }
        var members: [String: JSONValue] = [
            "containerimage.digest": .string(manifest.digest.description),
            "containerimage.descriptor": .object(descriptor),
        ]
        if images.count == 1 {
            members["containerimage.config.digest"] = .string(config.digest.description)
        }
        if !names.isEmpty {
            members["image.name"] = .string(names.map(\.description).joined(separator: ","))
        }
        return try JSONDocument.pretty(JSONValue.object(members))
    }
}

extension Platform {
    /// Of an OCI descriptor.
    fileprivate var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["architecture": .string(architecture), "os": .string(os)]
        if let variant { members["variant"] = .string(variant) }
        if let osVersion { members["os.version"] = .string(osVersion) }
        if let osFeatures { members["os.features"] = .array(osFeatures.map { .string($0) }) }
        return members
    }
}
