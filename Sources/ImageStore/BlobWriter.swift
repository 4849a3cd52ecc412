// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A place to put contents: a layout, a registry's repository.
///
/// A writer takes the expected descriptor with the bytes and refuses bytes that differ. Manifests are told
/// from blobs by the descriptor's media type.
package protocol BlobWriter: Sendable {
    func contains(_ descriptor: Descriptor) async throws -> Bool

    /// Stores a content that lies on this machine. Storing what is there already changes nothing.
    func write(
        _ descriptor: Descriptor, from source: ByteSource, advancing: @escaping TransferProgress) async throws

    /// Stores a content that arrives: `download` is called with a sink, once, and may restart it.
    ///
    /// What arrives is told by who sends it; `advancing` hears of what goes on from here.
    func write(
        _ descriptor: Descriptor, advancing: @escaping TransferProgress,
        arriving download: @Sendable (any BlobSink) async throws -> Void) async throws
}

extension BlobWriter {
    /// The same when nobody asks how far it is.
    package func write(_ descriptor: Descriptor, from source: ByteSource) async throws {
        try await write(descriptor, from: source) { _, _ in }
    }

    /// The same when nobody asks how far it is.
    package func write(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        try await write(descriptor, advancing: { _, _ in }, arriving: download)
    }
}
