// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

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
