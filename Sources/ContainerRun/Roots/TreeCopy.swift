// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Copies trees with everything that belongs to them, through cp(1).
enum TreeCopy {
    /// Copies what is in `source` into the folder `target`, which is there.
    ///
    /// Blocks.
    static func copy(_ source: FilePath, to target: FilePath) throws(ContainerError) {
        let outcome = try Program("cp").run(
            ["-a", "--reflink=auto", "-T", source.string, target.string], input: [])
        guard outcome.status == 0 else {
            throw .invalid("cannot copy the root file system: \(outcome.errorText)")
        }
    }
}
