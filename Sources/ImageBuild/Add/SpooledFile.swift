// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import SystemPackage

/// A file that is on its way into a layer.
enum SpooledFile {
    /// Makes a folder that no other step uses.
    static func makeFolder(in scratch: FilePath) throws(FileError) -> FilePath {
        let folder = scratch.appending("add-" + String(UInt64.random(in: 0...UInt64.max), radix: 36))
        try Folder.create(folder, mode: 0o700)
        return folder
    }

    /// Writes the content of the entry that a reader stands at; `file` must not be there.
    ///
    /// - Returns: The content's hash.
    static func write(
        _ reader: borrowing LayerReader, size: Int64, to file: FilePath
    ) throws -> ContentHash {
        var hashed = HoledContent(size: size)
        let descriptor = try FileError.wrap("create", file) {
            try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
        }
        defer { try? descriptor.close() }
        try reader.content { bytes, offset throws(LayerError) in
            hashed.add(bytes, at: offset)
            do {
                try descriptor.writeAll(toAbsoluteOffset: offset, bytes)
            } catch {
                throw LayerError.file(FileError("write", file, error as? Errno ?? .ioError))
            }
        }
        try FileError.wrap("lengthen", file) { try descriptor.resize(to: size) }
        return hashed.finish()
    }
}
