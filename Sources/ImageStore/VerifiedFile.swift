// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// How a layout remembers that it has verified a content: by the time at which the file was last modified.
///
/// Whoever changes the file changes that time, and so takes the mark away. A content without it, which another tool
/// may have stored, is hashed before it is relied on, and marked.
enum VerifiedFile {
    /// 1980-01-01 00:00:00 UTC: no tool sets it by accident, and none takes it for missing, as it might take 0.
    private static let time: Int = 315_532_800

    /// `UTIME_OMIT` of utimensat(2), which Swift cannot import.
    private static let unchanged = (1 << 30) - 2

    static func isMarked(_ path: FilePath) -> Bool {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return false }
        return status.st_mtim.tv_sec == time && status.st_mtim.tv_nsec == 0
    }

    /// Best effort: without the mark the content is hashed once more.
    static func mark(_ path: FilePath) {
        let mark = timespec(tv_sec: time, tv_nsec: 0)
        let keep = timespec(tv_sec: 0, tv_nsec: unchanged)
        _ = utimensat(AT_FDCWD, path.string, [keep, mark], AT_SYMLINK_NOFOLLOW)
    }
}
