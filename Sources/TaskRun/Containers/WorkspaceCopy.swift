// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Copies a folder for steps to work in: contents, modes, times and links as they are, sockets and devices left
/// out.
///
/// Where the file system can share contents between files, they are shared.
enum WorkspaceCopy {
    /// Blocks.
    static func copy(_ source: FilePath, to target: FilePath) throws(FileError) {
        for name in try Folder.components(in: source) {
            try copyEntry(source.appending(name), to: target.appending(name))
        }
    }

    private static func copyEntry(_ source: FilePath, to target: FilePath) throws(FileError) {
        var status = stat()
        guard source.withPlatformString({ lstat($0, &status) }) == 0 else {
            throw FileError("read", source, .current)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try Folder.create(target)
            try copy(source, to: target)
        case S_IFLNK: try copyLink(source, to: target)
        case S_IFREG: try copyFile(source, to: target)
        default: return
        }
        keepFacts(of: status, on: target)
    }

    private static func copyLink(_ source: FilePath, to target: FilePath) throws(FileError) {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = source.withPlatformString { readlink($0, &buffer, buffer.count - 1) }
        guard count >= 0, target.withPlatformString({ symlink(buffer, $0) }) == 0 else {
            throw FileError("copy the link", source, .current)
        }
    }

    private static func copyFile(_ source: FilePath, to target: FilePath) throws(FileError) {
        let input = source.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard input >= 0 else { throw FileError("open", source, .current) }
        defer { close(input) }
        let output = target.withPlatformString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        guard output >= 0 else { throw FileError("make", target, .current) }
        defer { close(output) }
        guard ioctl(output, shareContents, input) != 0 else { return }
        try copyBytes(from: input, to: output, source)
    }

    /// FICLONE of ioctl_ficlonerange(2): both files have the same blocks until one of them is written to.
    private static let shareContents: UInt = 0x4004_9409

    /// The way of file systems that cannot share.
    private static func copyBytes(
        from input: Int32, to output: Int32, _ path: FilePath
    ) throws(FileError) {
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(input, &piece, piece.count)
            if count == 0 { return }
            guard count > 0 else { throw FileError("copy", path, .current) }
            try FileError.wrap("copy", path) {
                _ = try FileDescriptor(rawValue: output).writeAll(piece[..<count])
            }
        }
    }

    private static func keepFacts(of status: stat, on target: FilePath) {
        target.withPlatformString { path in
            _ = lchown(path, status.st_uid, status.st_gid)
            if status.st_mode & S_IFMT != S_IFLNK { chmod(path, status.st_mode & 0o7777) }
            var times = [status.st_atim, status.st_mtim]
            utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
        }
    }
}
