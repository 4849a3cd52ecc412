// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        var name = Array("/tmp/stet-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw Errno.current }
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? Folder.remove(path) }

    /// A new folder in this one.
    func folder(_ name: String) throws -> FilePath {
        try Folder.create(path.appending(name))
        return path.appending(name)
    }

    /// A new file in this folder, its parents made.
    @discardableResult
    func file(_ name: FilePath, _ content: String, mode: UInt32 = 0o644) throws -> FilePath {
        let file = path.appending(name.components)
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(content.utf8), to: file, durable: false)
        chmod(file.string, mode)
        return file
    }

    /// A new file of bytes in this folder.
    func file(_ name: String, bytes: [UInt8]) throws -> FilePath {
        let file = path.appending(name)
        try WholeFile.write(bytes, to: file, durable: false)
        return file
    }
}

/// Runs a line of shell and gives its output, errors included.
///
/// - Throws: `ShellFailure` when it does not exit with 0.
@discardableResult
func shell(_ line: String) throws -> String {
    guard let stream = popen("{ \(line)\n} 2>&1", "r") else { throw Errno.current }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&piece, 1, piece.count, stream), count > 0 { output += piece[..<count] }
    let status = pclose(stream)
    let text = String(decoding: output, as: UTF8.self)
    guard status == 0 else { throw ShellFailure(line: line, status: status, output: text) }
    return text
}

struct ShellFailure: Error {
    let line: String
    let status: Int32
    let output: String
}
