// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// A file that a person names; it may be a pipe to which nobody writes yet.
enum GivenFile {
    /// Everything until its end; `-` is standard input.
    ///
    /// - Throws: ``FileError``; `CancellationError` for one that is waited for when the task is cancelled.
    static func read(_ name: String, limitBytes: Int = 4 << 20) async throws -> [UInt8] {
        let path: FilePath = name == "-" ? "/dev/stdin" : FilePath(name)
        return try await BlockingThread.runGivingUp { try WholeFile.read(path, limitBytes: limitBytes) }
    }
}
