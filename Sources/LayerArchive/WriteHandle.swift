// SPDX-License-Identifier: Apache-2.0

import CArchive

/// One archive that libarchive writes, and the header that it is given for each entry.
///
/// Source: archive_write(3), archive_entry(3).
struct WriteHandle: ~Copyable {
    let raw: OpaquePointer
    let header: OpaquePointer

    init() throws(LayerError) {
        guard let raw = archive_write_new() else { throw .archive(entry: nil, reason: "out of memory") }
        guard let header = archive_entry_new() else {
            archive_write_free(raw)
            throw .archive(entry: nil, reason: "out of memory")
        }
        self.raw = raw
        self.header = header
    }

    deinit {
        // A failed archive writes nothing when it is freed.
        archive_write_fail(raw)
        archive_write_free(raw)
        archive_entry_free(header)
    }

    /// A warning is an error: the entry would not be what was asked for.
    func check(_ status: Int32, _ entry: String? = nil) throws(LayerError) {
        guard status == ARCHIVE_OK else { throw .archive(entry: entry, reason: archiveReason(raw)) }
    }
}

/// libarchive's last words about an archive.
func archiveReason(_ archive: OpaquePointer) -> String {
    archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason"
}
