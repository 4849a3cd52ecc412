// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A place to take contents from: a layout, a registry's repository.
package protocol BlobReader: Sendable {
    /// A small content (manifest, configuration) in memory, verified against its descriptor.
    ///
    /// More than `limitBytes` is refused before it is read.
    func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8]

    /// Hands a content of any size to a writer: as a ``ByteSource`` where it lies on this machine, as a
    /// stream where it does not.
    func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome
}

extension BlobReader {
    /// The same when nobody asks how far it is.
    package func transfer(_ descriptor: Descriptor, to writer: any BlobWriter) async throws {
        _ = try await transfer(descriptor, to: writer) { _, _ in }
    }
}
