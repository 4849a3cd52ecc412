// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// An image that a run made or published.
package struct OutputImage: Hashable, Sendable {
    package enum Publication: String, Hashable, Sendable, Codable {
        /// In the local store only.
        case no
        case published
        /// The registry had this very image under this name.
        case already
    }

    package let name: ImageName
    package let publication: Publication

    package init(_ reference: Reference, digest: Digest, publication: Publication) {
        name = ImageName(reference, digest: digest)
        self.publication = publication
    }
}

extension OutputImage: Codable {
    private enum CodingKeys: String, CodingKey {
        case registry
        case repository
        case tag
        case digest
        case reference
        case published
    }

    package func encode(to encoder: any Encoder) throws {
        try name.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(publication, forKey: .published)
    }

    package init(from decoder: any Decoder) throws {
        name = try ImageName(from: decoder)
        publication = try decoder.container(keyedBy: CodingKeys.self).decode(
            Publication.self, forKey: .published)
    }
}
