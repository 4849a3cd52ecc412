// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Standard input as a file.
enum StandardInput {
    /// Everything until its end.
    static func read() throws(FileError) -> [UInt8] {
        try WholeFile.read("/dev/stdin", limitBytes: 4 << 20)
    }
}
