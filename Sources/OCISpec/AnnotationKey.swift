// SPDX-License-Identifier: Apache-2.0

/// The annotation keys of the image specification.
///
/// Source: image-spec 1.1, annotations.md, "Pre-Defined Annotation Keys".
package enum AnnotationKey {
    /// RFC 3339.
    package static let created = "org.opencontainers.image.created"
    package static let authors = "org.opencontainers.image.authors"
    package static let url = "org.opencontainers.image.url"
    package static let documentation = "org.opencontainers.image.documentation"
    package static let source = "org.opencontainers.image.source"
    package static let version = "org.opencontainers.image.version"
    /// The commit of the source.
    package static let revision = "org.opencontainers.image.revision"
    package static let vendor = "org.opencontainers.image.vendor"
    /// An SPDX expression.
    package static let licenses = "org.opencontainers.image.licenses"
    /// The name of what a descriptor in a layout's index names.
    package static let refName = "org.opencontainers.image.ref.name"
    package static let title = "org.opencontainers.image.title"
    package static let description = "org.opencontainers.image.description"
    /// The digest of the manifest that the image was built on.
    package static let baseDigest = "org.opencontainers.image.base.digest"
    /// The full reference of the image that the image was built on.
    package static let baseName = "org.opencontainers.image.base.name"
}
