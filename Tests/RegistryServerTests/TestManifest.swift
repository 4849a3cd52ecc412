// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Bytes that claim to be a manifest.
struct TestManifest: Sendable {
    var mediaType: String
    var bytes: [UInt8]

    init(_ mediaType: MediaType, _ text: String) {
        self.mediaType = mediaType.rawValue
        bytes = Array(text.utf8)
    }

    var digest: Digest { Digest(of: bytes) }

    var descriptor: Descriptor {
        get throws { Descriptor(mediaType: try MediaType(mediaType), of: bytes) }
    }

    /// `members` are more members of the JSON object, each beginning with a comma.
    static func image(
        _ mediaType: MediaType = .ociManifest, config: Descriptor, layers: [Descriptor] = [],
        members: String = ""
    ) -> TestManifest {
        let layers = layers.map(json).joined(separator: ",")
        return TestManifest(
            mediaType,
            """
            {"schemaVersion":2,"mediaType":"\(mediaType)","config":\(json(config)),"layers":[\(layers)]\(members)}
            """)
    }

    static func index(
        _ manifests: [Descriptor], as mediaType: MediaType = .ociIndex, members: String = ""
    ) -> TestManifest {
        let manifests = manifests.map(json).joined(separator: ",")
        return TestManifest(
            mediaType,
            #"{"schemaVersion":2,"mediaType":"\#(mediaType)","manifests":[\#(manifests)]\#(members)}"#)
    }

    static func json(_ descriptor: Descriptor) -> String {
        let (type, digest) = (descriptor.mediaType, descriptor.digest)
        return #"{"mediaType":"\#(type)","digest":"\#(digest)","size":\#(descriptor.size)}"#
    }
}
