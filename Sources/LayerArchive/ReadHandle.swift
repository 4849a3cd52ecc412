// SPDX-License-Identifier: Apache-2.0

import CArchive

/// One archive that libarchive reads.
///
/// Source: archive_read(3).
struct ReadHandle: ~Copyable {
    let raw: OpaquePointer

    init() throws(LayerError) {
        guard let raw = archive_read_new() else { throw .archive(entry: nil, reason: "out of memory") }
        self.raw = raw
    }

    deinit { archive_read_free(raw) }

    /// Passes a status on unless it is an error; a warning is none, for archives that we did not make abound
    /// with things that libarchive finds odd.
    @discardableResult
    func check(_ status: Int32, _ entry: String? = nil) throws(LayerError) -> Int32 {
        guard status >= ARCHIVE_WARN else { throw .archive(entry: entry, reason: archiveReason(raw)) }
        return status
    }
}
