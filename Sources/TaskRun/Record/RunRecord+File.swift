// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
package import SystemPackage

extension RunRecord {
    /// Reads a record.
    ///
    /// Blocks.
    ///
    /// - Throws: ``FileError``; ``InvalidValue`` when the file is none of ours.
    package init(readFrom path: FilePath) throws {
        self = try JSONDocument.decode(RunRecord.self, from: try WholeFile.read(path), noun: "run record")
    }
}
