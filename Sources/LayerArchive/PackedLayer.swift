// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// A finished layer that nobody has stored yet.
package struct PackedLayer: Hashable, Sendable {
    /// Media type, digest and size of the compressed bytes.
    package let descriptor: Descriptor
    /// The digest of the tar stream, which the image's configuration lists.
    package let diffID: Digest
    /// Where the bytes are: under a temporary name in the folder that the writer was given, not yet durable.
    ///
    /// The file is the caller's to rename or remove.
    package let file: FilePath
    /// The length of the tar stream in bytes.
    package let uncompressedSize: Int64
}
