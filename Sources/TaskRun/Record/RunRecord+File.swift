// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
package import SystemPackage

extension RunRecord {
    /// Writes the record as `ID.json` into a folder that exists: whole, or not at all.
    ///
    /// Blocks.
    ///
    /// - Returns: The file. An earlier record of the same id is replaced.
    package func write(into folder: FilePath) throws -> FilePath {
        let path = folder.appending(Self.fileName(of: id))
        try WholeFile.write(try JSONDocument.pretty(self), to: path)
        return path
    }

    /// Reads a record.
    ///
    /// Blocks.
    ///
    /// - Throws: ``FileError``; ``InvalidValue`` when the file is none of ours.
    package init(readFrom path: FilePath) throws {
        self = try JSONDocument.decode(RunRecord.self, from: try WholeFile.read(path), noun: "run record")
    }

    /// The name of the file for a run: the id with what a file name cannot have replaced by `_`.
    package static func fileName(of id: String) -> String {
        let safe = id.map { character in
            let isSafe = character.isASCII && (character.isLetter || character.isNumber)
            return isSafe || "-_.".contains(character) ? character : "_"
        }
        let name = String(safe)
        return (name.hasPrefix(".") || name.isEmpty ? "_" + name : name) + ".json"
    }
}
