// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// An image as reports show it: the parts of its name and its digest.
package struct ImageName: Hashable, Sendable, Codable {
    package let registry: String
    package let repository: String
    package let tag: String?
    package let digest: String?
    /// The full name, as it was given.
    package let reference: String

    package init(_ reference: Reference, digest: Digest? = nil) {
        registry = reference.registry
        repository = reference.repository.rawValue
        tag = reference.tag?.rawValue
        self.digest = (digest ?? reference.digest)?.description
        self.reference = reference.description
    }
}
