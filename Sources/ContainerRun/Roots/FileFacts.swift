// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import LayerArchive
import SystemPackage

/// What lstat(2) and the extended attributes say about a file.
struct FileFacts {
    let status: stat
    /// Those that mean something on another machine.
    let xattrs: [String: [UInt8]]
    /// An overlay's folder that hides the one below.
    let isOpaque: Bool

    var type: UInt32 { status.st_mode & S_IFMT }
    /// An overlay's mark for something that is gone.
    var isWhiteout: Bool { type == S_IFCHR && status.st_rdev == 0 }

    /// nil when there is nothing.
    init?(of file: FilePath) throws(ContainerError) {
        var status = stat()
        guard file.withPlatformString({ lstat($0, &status) }) == 0 else {
            switch Errno.current {
            case .noSuchFileOrDirectory, .notDirectory: return nil
            case let errno: throw .file(FileError("examine", file.shownInRoot, errno))
            }
        }
        self.status = status
        var xattrs: [String: [UInt8]] = [:]
        var isOpaque = false
        for name in try FileFacts.attributeNames(of: file) {
            if FileFacts.opaqueNames.contains(name) {
                isOpaque = try FileFacts.attribute(name, of: file) == [UInt8(ascii: "y")]
            } else if name == "security.capability" || name.hasPrefix("user."),
                !FileFacts.ownPrefixes.contains(where: name.hasPrefix)
            {
                xattrs[name] = try FileFacts.attribute(name, of: file)
            }
        }
        self.xattrs = xattrs
        self.isOpaque = isOpaque
    }

    /// Of the kernel, of the kernel in a user namespace, of fuse-overlayfs.
    private static let opaqueNames: Set = [
        "trusted.overlay.opaque", "user.overlay.opaque", "user.fuseoverlayfs.opaque",
    ]
    private static let ownPrefixes = ["user.overlay.", "user.fuseoverlayfs."]

    func hasSameAttributes(as other: FileFacts) -> Bool {
        status.st_mode == other.status.st_mode && status.st_uid == other.status.st_uid
            && status.st_gid == other.status.st_gid && xattrs == other.xattrs
    }

    func entry(_ path: FilePath, _ kind: LayerEntry.Kind) -> LayerEntry {
        var entry = LayerEntry(path, kind, mode: status.st_mode & 0o7777)
        entry.uid = status.st_uid
        entry.gid = status.st_gid
        entry.mtime = Int64(status.st_mtim.tv_sec)
        entry.xattrs = xattrs
        return entry
    }

    static func linkTarget(of link: FilePath) throws(ContainerError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = link.withPlatformString { readlink($0, &buffer, Int(PATH_MAX)) }
        guard count >= 0 else { throw .file(FileError("read the link", link.shownInRoot, .current)) }
        return String(nameBytes: buffer[..<count].map { UInt8(bitPattern: $0) })
    }

    static func haveSameBytes(_ one: FilePath, _ other: FilePath) throws(ContainerError) -> Bool {
        do {
            return try FileError.wrap("compare", one.shownInRoot) {
                let first = try FileDescriptor.open(one, .readOnly, options: [.noFollow, .closeOnExec])
                return try first.closeAfter {
                    let second = try FileDescriptor.open(
                        other, .readOnly, options: [.noFollow, .closeOnExec])
                    return try second.closeAfter { try haveSameBytes(first, second) }
                }
            }
        } catch {
            throw .file(error)
        }
    }

    private static func haveSameBytes(_ one: FileDescriptor, _ other: FileDescriptor) throws -> Bool {
        let buffers = (0..<2).map { _ in
            UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        while true {
            let count = try one.read(into: buffers[0])
            var filled = 0
            while filled < count {
                let more = try other.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffers[1][filled..<count]))
                guard more > 0 else { return false }
                filled += more
            }
            guard count > 0 else { return try other.read(into: buffers[1]) == 0 }
            guard let first = buffers[0].baseAddress, let second = buffers[1].baseAddress,
                memcmp(first, second, count) == 0
            else { return false }
        }
    }

    private static func attributeNames(of file: FilePath) throws(ContainerError) -> [String] {
        let size = file.withPlatformString { llistxattr($0, nil, 0) }
        guard size > 0 else { return [] }
        var list = [CChar](repeating: 0, count: size)
        let length = file.withPlatformString { llistxattr($0, &list, size) }
        guard length >= 0 else {
            throw .file(FileError("list the attributes of", file.shownInRoot, .current))
        }
        return list[..<length].split(separator: 0).map { name in
            String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func attribute(_ name: String, of file: FilePath) throws(ContainerError) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: 64 << 10)
        let count = file.withPlatformString { lgetxattr($0, name, &value, value.count) }
        guard count >= 0 else { throw .file(FileError("read \(name) of", file.shownInRoot, .current)) }
        return Array(value[..<count])
    }
}

extension timespec {
    static func == (one: timespec, other: timespec) -> Bool {
        one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec
    }

    static func < (one: timespec, other: timespec) -> Bool {
        (one.tv_sec, one.tv_nsec) < (other.tv_sec, other.tv_nsec)
    }
}
