// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A file without a name, in memory, for what small programs read and write.
///
/// Source: memfd_create(2).
struct MemoryFile: Sendable {
    private let file: OpenFile

    var raw: Int32 { file.raw }

    init() throws(ContainerError) {
        let raw = stet_memory_file()
        guard raw >= 0 else { throw .system(operation: "make a file in memory", .current, advice: nil) }
        file = OpenFile(owning: raw)
    }

    /// Appends bytes, and leaves whoever reads at the start.
    func fill(_ bytes: [UInt8]) throws(ContainerError) {
        do {
            try FileError.wrap("write", file.path) {
                try bytes.withUnsafeBytes { try WholeFile.append($0, to: raw, file.path) }
            }
        } catch {
            throw .file(error)
        }
        lseek(raw, 0, SEEK_SET)
    }

    /// Everything that was written, up to 16 MiB.
    func content() throws(ContainerError) -> [UInt8] {
        try ContainerError.file { () throws(FileError) in
            try WholeFile.read(file.path, limitBytes: 16 << 20)
        }
    }
}
