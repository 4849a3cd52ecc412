// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import CLinux
import Glibc
package import SystemPackage

/// Text files that say what to do with a context: the Dockerfile, its ignore file, a task file.
///
/// They belong to whoever made the context, who may be a stranger: a link in it must not make a file of this machine
/// part of a message, or of the build.
///
/// Source: BuildKit, which finds them in the transferred context.
package enum ContextFile {
    private static let limitBytes = 16 << 20

    /// Reads a file that belongs to a context, or that its owner names beside it.
    ///
    /// What has its place in the context by its path is read there: links on the way, and the file itself where it is
    /// one, lead to what the context would have there if it was the root of all files. Any other file is read as it
    /// is. Blocks.
    ///
    /// - Parameters:
    ///   - path: Absolute, or from the current folder.
    ///   - context: The folder.
    ///   - isConfined: The context is not the caller's own: no path leads out of it.
    /// - Returns: All of it.
    /// - Throws: For what is not there, leads out of the context, or has more than 16 MiB.
    package static func read(
        _ path: FilePath, of context: FilePath, isConfined: Bool
    ) throws(FileError) -> [UInt8] {
        let (file, folder) = (whole(path), whole(context))
        guard file.starts(with: folder) || isConfined else {
            return try WholeFile.read(path, limitBytes: limitBytes)
        }
        var relative = FilePath(root: nil, file.components)
        if relative.starts(with: FilePath(root: nil, folder.components)) {
            relative = FilePath(root: nil, file.components.dropFirst(folder.components.count))
        }
        // The context itself is a folder, which it then says.
        let descriptor = try open(relative.isEmpty ? "." : relative, in: context, shown: path)
        defer { close(descriptor) }
        return try WholeFile.read(descriptor, path, limitBytes: limitBytes)
    }

    private static func open(
        _ relative: FilePath, in context: FilePath, shown: FilePath
    ) throws(FileError) -> Int32 {
        let folder = context.withPlatformString {
            Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard folder >= 0 else { throw FileError("open", context, .current) }
        defer { close(folder) }
        while true {
            let descriptor = relative.withPlatformString {
                stet_openat2(
                    folder, $0, UInt64(O_RDONLY | O_CLOEXEC),
                    UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS))
            }
            if descriptor >= 0 { return descriptor }
            switch Errno.current {
            // A rename elsewhere made the kernel doubt a "..".
            case .resourceTemporarilyUnavailable, .interrupted: continue
            case .noSuchFileOrDirectory where isThere(relative, in: folder):
                throw FileError("follow, out of its context, the link", shown, .permissionDenied)
            case let errno: throw FileError("open", shown, errno)
            }
        }
    }

    /// True where a link stands, or a file that only links out of the folder lead to.
    private static func isThere(_ relative: FilePath, in folder: Int32) -> Bool {
        var status = stat()
        return relative.withPlatformString { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
    }

    private static func whole(_ path: FilePath) -> FilePath {
        guard !path.isAbsolute, let current = getcwd(nil, 0) else { return path.lexicallyNormalized() }
        defer { free(current) }
        return FilePath(String(cString: current)).pushing(path).lexicallyNormalized()
    }
}
