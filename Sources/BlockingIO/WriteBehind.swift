// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Has a growing file written to the disk while it still grows, so that making it durable at its end does not
/// have to wait for all of it.
///
/// Source: posix_fadvise(2).
package struct WriteBehind: Sendable {
    /// How much is handed over at once, in bytes.
    private static let step: Int64 = 16 << 20

    private var written: Int64 = 0
    private var asked: Int64 = 0

    package init() {}

    /// Says that the next `count` bytes were appended to the file.
    ///
    /// A file system that cannot do this early does it all at the end: that is no error.
    package mutating func appended(_ count: Int, to descriptor: Int32) {
        written += Int64(count)
        guard written - asked >= Self.step else { return }
        // For bytes that are not on the disk yet, Linux takes this as a request to begin writing them.
        _ = posix_fadvise(descriptor, off_t(asked), off_t(written - asked), POSIX_FADV_DONTNEED)
        asked = written
    }
}
