// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

extension Folder {
    /// What a folder and everything in it take of the disk, in bytes: a file with several names counts once, a link
    /// for itself.
    ///
    /// Nothing there has none; what cannot be looked at, or goes away meanwhile, is left out. Blocks.
    package static func diskUsage(of path: FilePath) -> Int64 {
        var seen: Set<[UInt64]> = []
        return diskUsage(of: path, &seen)
    }

    private static func diskUsage(of path: FilePath, _ seen: inout Set<[UInt64]>) -> Int64 {
        var status = stat()
        guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return 0 }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        if !isFolder, status.st_nlink > 1 {
            guard seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return 0 }
        }
        var bytes = Int64(status.st_blocks) * 512
        guard isFolder else { return bytes }
        for name in (try? components(in: path)) ?? [] {
            bytes += diskUsage(of: path.appending(name), &seen)
        }
        return bytes
    }
}
