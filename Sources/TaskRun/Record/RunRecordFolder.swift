// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
import OCISpec
package import SystemPackage

/// Where the records of runs are.
///
/// `ID.json` is the newest of an id, `earlier/ID/1.json`, `2.json` and so on are those before it, the oldest first,
/// and `logs/ID` has the logs of all of them. Processes that write at the same time take turns. A record that is
/// written is never changed, and goes away only when somebody deletes all of its id.
package struct RunRecordFolder: Sendable {
    let path: FilePath

    init(_ path: FilePath) {
        self.path = path
    }

    /// Makes the folder where it is missing, and proves that a record can be written there.
    ///
    /// Blocks.
    package init(creating path: FilePath) throws(FileError) {
        try Folder.create(path)
        _ = try PendingFile(in: path)
        self.path = path
    }

    /// Writes a record: whole, or not at all.
    ///
    /// Blocks. After a throw, the newest record of the id is the one that it was.
    ///
    /// - Returns: The file, `ID.json`.
    /// - Throws: ``FileError``; ``InvalidValue`` when the id is no ``Tag``.
    package func write(_ record: RunRecord) throws -> FilePath {
        let id = try Tag(record.id)
        let bytes = try JSONDocument.pretty(record)
        let file = path.appending("\(id).json")
        let lock = try FileLock(path.appending(".lock"))
        try keep(file, of: id)
        try WholeFile.write(bytes, to: file)
        _ = consume lock
        return file
    }

    /// Gives the newest record so far a second name among the earlier ones.
    private func keep(_ file: FilePath, of id: Tag) throws(FileError) {
        guard WholeFile.size(file) != nil else { return }
        let earlier = path.appending("earlier").appending(id.rawValue)
        try Folder.create(earlier)
        let numbers = try Folder.names(in: earlier).compactMap { Int($0.prefix { $0 != "." }) }
        let name = earlier.appending("\((numbers.max() ?? 0) + 1).json")
        guard link(file.string, name.string) == 0 else {
            throw FileError("keep the earlier record as", name, Errno.current)
        }
        try Folder.sync(earlier)
    }
}
