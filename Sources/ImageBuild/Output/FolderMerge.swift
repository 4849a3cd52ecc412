// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Moves what is in one folder on top of what is in another one.
///
/// A folder on top of a folder keeps what is in it and gets the mode, owner and time of the new one; anything else
/// takes the place of what was there. Links are never followed. Functions block.
enum FolderMerge {
    static func move(_ source: FilePath, onto target: FilePath) throws(FileError) {
        let status = try status(of: source)
        // What the image lets nobody write into must be emptied all the same.
        if geteuid() != 0 { chmod(source.string, 0o700) }
        for name in try Folder.components(in: source) {
            try move(source.appending(name), to: target.appending(name))
        }
        try set(status, of: target)
    }

    private static func move(_ source: FilePath, to target: FilePath) throws(FileError) {
        let status = try status(of: source)
        if let old = try? self.status(of: target), isFolder(status) || isFolder(old) {
            if isFolder(status), isFolder(old) { return try move(source, onto: target) }
            try Folder.remove(target)
        }
        if isFolder(status), geteuid() != 0 { chmod(source.string, 0o700) }
        if rename(source.string, target.string) == 0 {
            if isFolder(status), geteuid() != 0 { chmod(target.string, status.st_mode & 0o7777) }
            return
        }
        guard Errno.current == .improperLink else { throw FileError("create", target, .current) }
        try copy(source, status, to: target)
    }

    static func status(of path: FilePath) throws(FileError) -> stat {
        var status = stat()
        guard (path.withPlatformString { lstat($0, &status) }) == 0 else {
            throw FileError("examine", path, .current)
        }
        return status
    }

    private static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

    private static func set(_ status: stat, of path: FilePath) throws(FileError) {
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        let times = [status.st_mtim, status.st_mtim]
        try FileError.wrap("set the owner, mode and time of", path) {
            if geteuid() == 0, lchown(path.string, status.st_uid, status.st_gid) != 0 { throw Errno.current }
            if !isLink, chmod(path.string, status.st_mode & 0o7777) != 0 { throw Errno.current }
            guard utimensat(AT_FDCWD, path.string, times, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw Errno.current
            }
        }
    }

    // MARK: Where the target is on another file system

    private static func copy(_ source: FilePath, _ status: stat, to target: FilePath) throws(FileError) {
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try Folder.create(target, mode: 0o700)
            return try move(source, onto: target)
        case S_IFREG: try copyBytes(of: source, to: target)
        case S_IFLNK: try copyLink(source, to: target)
        default: throw FileError("create", target, .improperLink)
        }
        try set(status, of: target)
    }

    private static func copyBytes(of source: FilePath, to target: FilePath) throws(FileError) {
        var file = try PendingFile(in: target.removingLastComponent())
        let descriptor = try FileError.wrap("open", source) {
            try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
        }
        defer { try? descriptor.close() }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try FileError.wrap("read", source) {
                try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            }
            guard count > 0 else { break }
            try file.write(Array(piece[..<count]))
        }
        try file.commit(as: target, durable: false)
    }

    private static func copyLink(_ source: FilePath, to target: FilePath) throws(FileError) {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        try FileError.wrap("create", target) {
            guard readlink(source.string, &text, Int(PATH_MAX)) >= 0 else { throw Errno.current }
            if let old = try? status(of: target), !isFolder(old) { try Folder.remove(target) }
            guard symlink(text, target.string) == 0 else { throw Errno.current }
        }
    }
}
