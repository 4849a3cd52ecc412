// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// What the writers of a race have in common, and what they do not.
struct RaceTerms: Sendable {
    static let keys = ["images", "claims", "tags", "deletes", "fronts"]

    /// Which images the writers push.
    enum Images: String, CaseIterable, Sendable {
        /// Each its own.
        case distinct
        /// All the same one.
        case same
        /// One half this one, one half that one.
        case camps
    }

    /// How the tag is claimed.
    enum Claims: String, CaseIterable, Sendable {
        /// `PUT manifests/<tag>`
        case tag
        /// `PUT manifests/<digest>?tag=<tag>`
        case parameter
        /// Every other writer does the one, every other the other.
        case both
    }

    enum Tags: String, CaseIterable, Sendable {
        case one
        /// Each writer its own.
        case each
    }

    enum Fronts: String, CaseIterable, Sendable {
        case one
        /// Every address of the registry in turn.
        case all
    }

    let images: Images
    let claims: Claims
    let tags: Tags
    let fronts: Fronts
    /// True when the tag exists beforehand, and one more request deletes it.
    let deletes: Bool

    init(_ fields: Fields) throws(Diagnostic) {
        images = try fields["images"]?.word("choice of images") ?? .distinct
        claims = try fields["claims"]?.word("way of claiming") ?? .tag
        tags = try fields["tags"]?.word("choice of tags") ?? .one
        fronts = try fields["fronts"]?.word("choice of addresses") ?? .one
        deletes = try fields["deletes"]?.string("deletes") == "true"
    }
}
