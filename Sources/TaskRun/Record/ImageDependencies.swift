// SPDX-License-Identifier: Apache-2.0

/// What a built image was made from.
///
/// The names of the members are those of ACR Tasks.
package struct ImageDependencies: Hashable, Sendable, Codable {
    package struct Git: Hashable, Sendable, Codable {
        /// The commit that the context is at; empty when it is not known.
        package let headRevision: String

        enum CodingKeys: String, CodingKey {
            case headRevision = "git-head-revision"
        }
    }

    /// One name of the image; nil when it has none.
    package let image: ImageName?
    /// What its last stage began with; nil for `scratch`.
    package let runtime: ImageName?
    /// What else the build took images from.
    package let buildtime: [ImageName]
    package let git: Git

    enum CodingKeys: String, CodingKey {
        case image
        case runtime = "runtime-dependency"
        case buildtime = "buildtime-dependency"
        case git
    }

    package init(image: ImageName?, runtime: ImageName?, buildtime: [ImageName], commit: String) {
        self.image = image
        self.runtime = runtime
        self.buildtime = buildtime
        git = Git(headRevision: commit)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(image, forKey: .image)
        try container.encode(runtime, forKey: .runtime)
        try container.encode(buildtime, forKey: .buildtime)
        try container.encode(git, forKey: .git)
    }
}
