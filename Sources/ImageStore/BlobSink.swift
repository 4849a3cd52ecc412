// SPDX-License-Identifier: Apache-2.0

/// Takes a content as it arrives.
///
/// Calls come one after another, on whichever thread the bytes arrive on; they may block for a disk write,
/// not for more.
package protocol BlobSink: Sendable {
    /// Hears, before the first bytes, how many the sender says that there will be; nil when it does not say.
    func expect(_ count: Int64?)

    /// Takes the next bytes. They are gone after the call.
    ///
    /// - Throws: Ends the transfer with that error.
    func append(_ bytes: UnsafeRawBufferPointer) throws

    /// Forgets everything so far: the content starts again at its first byte.
    func restart() throws
}

extension BlobSink {
    /// For those who know it from elsewhere, or do not care.
    package func expect(_ count: Int64?) {}
}
