// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A name that is not a file's own: a device, a pipe, or what `/dev/stdout` leads to.
///
/// What is written there is appended. Nothing replaces it: `/dev/null` is everybody's.
package struct OutputStream: Hashable, Sendable {
    package let path: FilePath

    /// nil for a name that nothing has, and for those of files and folders.
    package init?(_ path: FilePath) {
        var status = stat()
        guard (path.withPlatformString { stat($0, &status) }) == 0 else { return nil }
        let isFile = [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
        guard !isFile || OutputStream.leadsToDescriptor(path) else { return nil }
        self.path = path
    }

    /// Appends bytes, all of them.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        let stream = try opened()
        defer { close(stream) }
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(FileError) in try WholeFile.append(bytes, to: stream, path) }
        }.get()
    }

    /// Appends what an open file has, from its beginning; `source` is for the error.
    package func append(_ descriptor: Int32, from source: FilePath) throws(FileError) {
        let stream = try opened()
        defer { close(stream) }
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, &piece, piece.count, offset)
            if count == 0 { return }
            guard count > 0 else {
                guard Errno.current == .interrupted else { throw FileError("read", source, Errno.current) }
                continue
            }
            try piece.withUnsafeBytes { bytes in
                Result { () throws(FileError) in
                    try WholeFile.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: stream, path)
                }
            }.get()
            offset += off_t(count)
        }
    }

    private func opened() throws(FileError) -> Int32 {
        let stream = open(path.string, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard stream >= 0 else { throw FileError("open", path, Errno.current) }
        return stream
    }

    private static func leadsToDescriptor(_ path: FilePath) -> Bool {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &target, target.count)
        guard count > 0 else { return false }
        return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .hasPrefix("/proc/self/fd/")
    }
}
