// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import CLinux
package import Glibc
package import SystemPackage

/// Names inside a root file system: every link on the way is followed as a process in there would follow it.
///
/// Source: openat2(2), `RESOLVE_IN_ROOT`.
package struct RootTree: Sendable {
    /// From linux/openat2.h: a macro of unsigned type that Swift does not see.
    private static let resolveInRoot: UInt64 = 0x10
    private let root: FilePath

    package init(_ root: FilePath) {
        self.root = root
    }

    /// What is at a path, links followed; nil when there is nothing.
    package func status(of path: FilePath) throws(FileError) -> stat? {
        guard let file = try open(path, stet_open_path) else { return nil }
        var status = stat()
        guard fstat(file.raw, &status) == 0 else { throw FileError("examine", path, .current) }
        return status
    }

    /// The content of a small regular file; nil when there is none.
    ///
    /// - Throws: `.fileTooLarge` when it has more than `limitBytes`.
    package func read(_ path: FilePath, limitBytes: Int) throws(FileError) -> [UInt8]? {
        guard let status = try status(of: path), status.st_mode & S_IFMT == S_IFREG,
            let file = try open(path, UInt64(O_RDONLY))
        else { return nil }
        return try WholeFile.read(file.raw, path, limitBytes: limitBytes)
    }

    /// Makes a folder with a mode, and its missing parents with 0755, for the owner 0:0.
    ///
    /// - Returns: The paths of those that were made, the outermost first.
    @discardableResult
    package func makeFolder(_ path: FilePath, mode: UInt32 = 0o755) throws(FileError) -> [FilePath] {
        var made: [FilePath] = []
        var current: FilePath = "/"
        for name in path.components {
            let parent = current
            current.append(name)
            if let status = try status(of: current) {
                guard status.st_mode & S_IFMT == S_IFDIR else {
                    throw FileError("make folder", current, .notDirectory)
                }
            } else {
                let bits = current == path ? mode : 0o755
                try make(name, in: parent, "make folder") { folder, name in
                    guard mkdirat(folder, name, bits) == 0 else { return -1 }
                    return fchmodat(folder, name, bits, 0)
                }
                made.append(current)
            }
        }
        return made
    }

    /// Makes an empty file, and the folders on the way, where there is nothing.
    ///
    /// - Returns: The paths of what was made, the outermost first.
    ///
    /// A link to nothing is followed.
    func makeFile(_ path: FilePath, links: Int = 0) throws(FileError) -> [FilePath] {
        guard let name = path.lastComponent, try status(of: path) == nil else { return [] }
        let parent = path.removingLastComponent()
        if let target = linkTarget(path), links < 10 {
            let base = target.isAbsolute ? "/" : parent
            return try makeFile(base.pushing(FilePath(root: nil, target.components)), links: links + 1)
        }
        let made = try makeFolder(parent)
        try make(name, in: parent, "create") { folder, name in
            let raw = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            return raw < 0 ? -1 : close(raw)
        }
        return made + [path]
    }

    /// Removes an empty folder or an empty file; anything else stays.
    func removeEmpty(_ path: FilePath) {
        guard let name = path.lastComponent,
            let folder = try? open(path.removingLastComponent(), stet_open_path)
        else { return }
        name.withPlatformString { name in
            var status = stat()
            guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: unlinkat(folder.raw, name, AT_REMOVEDIR)
            case S_IFREG where status.st_size == 0: unlinkat(folder.raw, name, 0)
            default: break
            }
        }
    }

    /// What a link says; nil when there is none.
    private func linkTarget(_ path: FilePath) -> FilePath? {
        guard let name = path.lastComponent,
            let folder = try? open(path.removingLastComponent(), stet_open_path)
        else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = name.withPlatformString { readlinkat(folder.raw, $0, &buffer, Int(PATH_MAX)) }
        return count > 0 ? FilePath(platformString: buffer) : nil
    }

    private func make(
        _ name: FilePath.Component, in parent: FilePath, _ operation: String,
        _ call: (Int32, UnsafePointer<CChar>) -> Int32
    ) throws(FileError) {
        let path = parent.appending(name)
        guard let folder = try open(parent, stet_open_path) else {
            throw FileError(operation, path, .noSuchFileOrDirectory)
        }
        // An error here is also a link to nothing in the name's place.
        guard name.withPlatformString({ call(folder.raw, $0) }) == 0 else {
            throw FileError(operation, path, .current)
        }
    }

    /// - Returns: nil when there is nothing at the path.
    private func open(_ path: FilePath, _ flags: UInt64) throws(FileError) -> OpenFile? {
        let folder = root.withPlatformString {
            Glibc.open($0, Int32(stet_open_path) | O_DIRECTORY | O_CLOEXEC)
        }
        guard folder >= 0 else { throw FileError("open", root.shownInRoot, .current) }
        defer { close(folder) }
        for _ in 0..<100 {
            let raw = path.withPlatformString {
                stet_openat2(folder, $0, flags | UInt64(O_CLOEXEC), RootTree.resolveInRoot)
            }
            if raw >= 0 { return OpenFile(owning: raw) }
            switch Errno.current {
            // Something was renamed meanwhile, which makes the kernel doubt a "..".
            case .resourceTemporarilyUnavailable, .interrupted: continue
            case .noSuchFileOrDirectory, .notDirectory: return nil
            case let errno: throw FileError("open", path, errno)
            }
        }
        throw FileError("open", path, .resourceTemporarilyUnavailable)
    }
}
