// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// What is in a folder, as layer entries: depth first, names sorted by bytes, folders before what they hold.
struct FolderTree {
    private let folder: FilePath
    /// What is still to come, the next one last.
    private var pending: [FilePath] = []
    /// The first path of files that have several.
    private var firstPaths: [FileIdentity: FilePath] = [:]

    init(_ folder: FilePath) throws(LayerError) {
        self.folder = folder
        try push("")
    }

    /// The next entry; nil behind the last one.
    mutating func next() throws(LayerError) -> (entry: LayerEntry, content: LayerContent)? {
        while let path = pending.popLast() {
            let file = folder.appending(path.components)
            var status = stat()
            guard file.withPlatformString({ lstat($0, &status) }) == 0 else {
                throw .file(FileError("examine", file, .current))
            }
            guard let kind = try kind(of: path, file, status) else { continue }
            let mode = NormalMode.of(status.st_mode)
            var entry = LayerEntry(path, kind, mode: mode)
            entry.xattrs = try FolderTree.xattrs(of: file)
            if kind == .directory { try push(path) }
            return (entry, .file(file))
        }
        return nil
    }

    private mutating func push(_ path: FilePath) throws(LayerError) {
        let place = folder.appending(path.components)
        let raw = place.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard raw >= 0 else { throw .file(FileError("open", place, .current)) }
        pending += try OpenFile(owning: raw, path: place).names().reversed().map(path.appending)
    }

    /// nil for a socket, which no layer can hold.
    private mutating func kind(
        of path: FilePath, _ file: FilePath, _ status: stat
    ) throws(LayerError) -> LayerEntry.Kind? {
        let type = status.st_mode & S_IFMT
        if type != S_IFDIR, status.st_nlink > 1 {
            let identity = FileIdentity(status)
            if let first = firstPaths[identity] { return .hardLink(target: first) }
            firstPaths[identity] = path
        }
        switch type {
        case S_IFREG: return .file(size: Int64(status.st_size))
        case S_IFDIR: return .directory
        case S_IFLNK: return .symlink(target: try FolderTree.target(of: file))
        case S_IFIFO: return .fifo
        case S_IFCHR:
            return .characterDevice(major: stet_major(status.st_rdev), minor: stet_minor(status.st_rdev))
        case S_IFBLK:
            return .blockDevice(major: stet_major(status.st_rdev), minor: stet_minor(status.st_rdev))
        default: return nil
        }
    }

    private static func target(of link: FilePath) throws(LayerError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = link.withPlatformString { readlink($0, &buffer, Int(PATH_MAX)) }
        guard count >= 0 else { throw .file(FileError("read the link", link, .current)) }
        return String(nameBytes: buffer[..<count].map { UInt8(bitPattern: $0) })
    }

    /// Those that mean something on another machine.
    private static func xattrs(of file: FilePath) throws(LayerError) -> [String: [UInt8]] {
        let size = file.withPlatformString { llistxattr($0, nil, 0) }
        guard size > 0 else { return [:] }
        var list = [CChar](repeating: 0, count: size)
        let length = file.withPlatformString { llistxattr($0, &list, size) }
        guard length >= 0 else { throw .file(FileError("list the attributes of", file, .current)) }
        var xattrs: [String: [UInt8]] = [:]
        for name in list[..<length].split(separator: 0) {
            let name = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard name.hasPrefix("user.") || name == "security.capability" else { continue }
            var value = [UInt8](repeating: 0, count: 64 << 10)
            let count = file.withPlatformString { lgetxattr($0, name, &value, value.count) }
            guard count >= 0 else { throw .file(FileError("read \(name) of", file, .current)) }
            xattrs[name] = Array(value[..<count])
        }
        return xattrs
    }
}
