// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// A file without a name for what a program writes.
///
/// A pipe would be waited for until everybody has closed it, also what the program has left running.
final class ProgramOutput: Sendable {
    let descriptor: FileDescriptor

    /// A person reads the end.
    private static let limitBytes: Int64 = 1 << 20

    /// - Throws: `Errno`.
    init() throws {
        let folder = FilePath(Environment.value("TMPDIR") ?? "/tmp")
        let path = folder.appending("stet-output-\(UInt64.random(in: 0...UInt64.max))")
        descriptor = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec, .append],
            permissions: .ownerReadWrite)
        unlink(path.string)
    }

    deinit { try? descriptor.close() }

    /// The last mebibyte.
    var text: String {
        let size = (try? descriptor.seek(offset: 0, from: .end)) ?? 0
        let start = max(0, size - Self.limitBytes)
        var bytes = [UInt8](repeating: 0, count: Int(size - start))
        let count = bytes.withUnsafeMutableBytes { buffer in
            (try? descriptor.read(fromAbsoluteOffset: start, into: buffer)) ?? 0
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
