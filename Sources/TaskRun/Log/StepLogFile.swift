// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import SystemPackage

/// The log of one step on disk, within a limit: its beginning and its end, whatever is between them.
///
/// The first half of the limit is written as it comes. What follows goes to two files by turns, each a quarter
/// of the limit, so that the newest quarter to half is always there; ``close()`` puts the parts together.
///
/// Blocks. One value has the file: a copy is only good for reading.
package struct StepLogFile: Sendable {
    /// Of the log of a step: 64 MiB.
    package static let limitBytes = 64 << 20

    package let path: FilePath
    private let headLimit: Int
    private let turnLimit: Int
    private let head: FileDescriptor
    private var headBytes = 0
    private var turns: [Turn] = []
    /// Everything that was written, also what is left out.
    package private(set) var totalBytes = 0

    private struct Turn: Sendable {
        let path: FilePath
        let file: FileDescriptor
        var bytes = 0
    }

    /// Makes the file, which must not be there.
    package init(_ path: FilePath, limitBytes: Int = StepLogFile.limitBytes) throws(FileError) {
        self.path = path
        headLimit = limitBytes / 2
        turnLimit = limitBytes / 4
        head = try Self.create(path)
    }

    /// What is not in the file once it is closed.
    package var omittedBytes: Int { totalBytes - headBytes - turns.reduce(0) { $0 + $1.bytes } }

    package mutating func append(_ bytes: [UInt8]) throws(FileError) {
        totalBytes += bytes.count
        let first = bytes.prefix(headLimit - headBytes)
        if !first.isEmpty {
            try Self.write(first, to: head, path)
            headBytes += first.count
        }
        var rest = bytes.dropFirst(first.count)
        while !rest.isEmpty {
            if turns.last.map({ $0.bytes == turnLimit }) ?? true { try takeTurn() }
            let index = turns.count - 1
            let piece = rest.prefix(turnLimit - turns[index].bytes)
            try Self.write(piece, to: turns[index].file, turns[index].path)
            turns[index].bytes += piece.count
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Begins the next file, and forgets the one before the last.
    private mutating func takeTurn() throws(FileError) {
        if turns.count == 2 { drop(turns.removeFirst()) }
        let name = FilePath(path.string + ".\(totalBytes)-\(turns.count)")
        turns.append(Turn(path: name, file: try Self.create(name)))
    }

    private func drop(_ turn: Turn) {
        try? turn.file.close()
        unlink(turn.path.string)
    }

    /// Puts the parts together and ends the log.
    package mutating func close() throws(FileError) {
        let parts = turns
        let omitted = omittedBytes
        turns = []
        defer { for turn in parts { drop(turn) } }
        if omitted > 0 {
            let note = "\n[stet: \(omitted) bytes are left out here: a log keeps its beginning and its end]\n"
            try Self.write(Array(note.utf8)[...], to: head, path)
        }
        for turn in parts {
            var offset: Int64 = 0
            while offset < turn.bytes {
                let bytes = try Self.read(turn, at: offset)
                guard !bytes.isEmpty else { break }
                try Self.write(bytes[...], to: head, path)
                offset += Int64(bytes.count)
            }
        }
        headBytes += parts.reduce(0) { $0 + $1.bytes }
        try FileError.wrap("close", path) { try head.close() }
    }

    private static func create(_ path: FilePath) throws(FileError) -> FileDescriptor {
        try FileError.wrap("make", path) {
            try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
        }
    }

    private static func write(
        _ bytes: ArraySlice<UInt8>, to file: FileDescriptor, _ path: FilePath
    ) throws(FileError) {
        try FileError.wrap("write", path) { _ = try file.writeAll(bytes) }
    }

    private static func read(_ turn: Turn, at offset: Int64) throws(FileError) -> [UInt8] {
        try FileError.wrap("read", turn.path) {
            try [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                count = try turn.file.read(
                    fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
