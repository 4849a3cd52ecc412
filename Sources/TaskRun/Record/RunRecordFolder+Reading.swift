// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import OCISpec
package import SystemPackage

extension RunRecordFolder {
    /// A record, or a file that is none.
    package struct Entry: Sendable {
        package let id: String
        package let file: FilePath
        /// nil for a file that cannot be read.
        package let record: RunRecord?
    }

    /// A folder that may be missing: it has no records then.
    package init(reading path: FilePath) {
        self.init(path)
    }

    /// The newest record of each id, the latest first.
    ///
    /// Blocks.
    package func newest() throws(FileError) -> [Entry] {
        guard Folder.isFolder(path) else { return [] }
        let names = try Folder.names(in: path).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        let entries = names.map { name in
            let file = path.appending(name)
            return Entry(id: String(name.dropLast(5)), file: file, record: try? RunRecord(readFrom: file))
        }
        return entries.sorted { ($0.record?.startTime ?? "", $0.id) > ($1.record?.startTime ?? "", $1.id) }
    }

    /// The newest record of an id; nil when there is none.
    ///
    /// Blocks.
    package func record(_ id: String) throws -> RunRecord? {
        let file = path.appending("\(try Tag(id)).json")
        return WholeFile.size(file) == nil ? nil : try RunRecord(readFrom: file)
    }

    /// Where logs of a run are kept: a new name for each run, also for those of one id.
    ///
    /// - Returns: Relative to the folder of the records.
    package static func logFolder(of id: String, startedAt stamp: String) -> String {
        "logs/\(id)/\(stamp)-\(String(UInt32.random(in: 0..<(1 << 20)), radix: 36))"
    }

    /// What is at a path that a record names.
    package func place(_ relative: String) -> FilePath { path.pushing(FilePath(relative)) }

    /// The log of a step, at most its last bytes; nil when it has none.
    ///
    /// Blocks.
    package func log(
        of step: RunRecord.Step, in record: RunRecord, lastBytes limit: Int = .max
    ) throws(FileError) -> [UInt8]? {
        guard let log = step.log, let folder = record.logs else { return nil }
        let file = place(folder).appending(log.file)
        guard let size = WholeFile.size(file) else { return nil }
        let bytes = try WholeFile.read(file, limitBytes: Int(size))
        return bytes.count > limit ? Array(bytes.suffix(limit)) : bytes
    }

    /// Removes all records of an id, and their logs.
    ///
    /// Blocks.
    ///
    /// - Returns: False when there was none.
    package func delete(_ id: String) throws -> Bool {
        let id = try Tag(id).rawValue
        let lock = try FileLock(path.appending(".lock"))
        let file = path.appending("\(id).json")
        let exists = WholeFile.size(file) != nil
        try Folder.remove(file)
        try Folder.remove(path.appending("earlier").appending(id))
        try Folder.remove(path.appending("logs").appending(id))
        _ = consume lock
        return exists
    }
}
