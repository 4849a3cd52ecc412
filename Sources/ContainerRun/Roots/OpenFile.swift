// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// A file descriptor that is closed when nobody has it any more.
final class OpenFile: Sendable {
    let raw: Int32

    /// Takes over a descriptor that is open.
    init(owning raw: Int32) {
        self.raw = raw
    }

    deinit { close(raw) }

    /// The file as a path that means something inside this process.
    var path: FilePath { FilePath("/proc/self/fd/\(raw)") }
}
