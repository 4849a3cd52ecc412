// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What a build made: everything that the manifest names is in the store.
package struct BuiltImage: Hashable, Sendable {
    package let manifest: Descriptor
    package let config: Descriptor
    /// What the last stage goes back to, one of `dependencies`; nil for `scratch`.
    package let base: Dependency?
    /// What the build read from elsewhere, in the order of first use.
    package let dependencies: [Dependency]

    /// An image that the build began with or copied from.
    package struct Dependency: Hashable, Sendable {
        package let reference: Reference
        /// The manifest that the name stood for.
        package let digest: Digest
    }
}
