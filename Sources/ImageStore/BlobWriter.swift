// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A place to put contents: a layout, a registry's repository.
///
/// A writer takes the expected descriptor with the bytes and refuses bytes that differ. Manifests are told
/// from blobs by the descriptor's media type.
package protocol BlobWriter: Sendable {
    func contains(_ descriptor: Descriptor) async throws -> Bool

    /// Stores a content that lies on this machine. Storing what is there already changes nothing.
    func write(_ descriptor: Descriptor, from source: ByteSource) async throws

    /// Stores a content that arrives: `download` is called with a sink, once, and may restart it.
    func write(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void)
        async throws
}
