// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ScratchFolder
import SystemPackage
import Testing

/// Runs the programs that tests compare us with.
enum Program {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a line of shell and gives its standard output.
    @discardableResult
    static func run(_ line: String, in folder: ScratchFolder, input: [UInt8] = []) throws -> [UInt8] {
        let scratch = try folder.folder(".program")
        defer { try? Folder.remove(scratch) }
        try WholeFile.write(input, to: scratch.appending("in"), durable: false)
        let status = system("{ \(line)\n} <\(scratch)/in >\(scratch)/out 2>\(scratch)/log")
        guard status == 0 else {
            let log = String(decoding: try WholeFile.read(scratch.appending("log")), as: UTF8.self)
            throw Failed(description: "\(line): status \(status): \(log)")
        }
        return try WholeFile.read(scratch.appending("out"))
    }
}
