// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import LayerArchive
import SystemPackage

extension MountedRoot {
    /// Gives everything that was changed here one time, as the layer has it.
    ///
    /// Blocks.
    func setTimes(_ mtime: Int64) throws(ContainerError) {
        var walk = ChangeWalk(of: self)
        let times = [timespec(tv_sec: Int(mtime), tv_nsec: 0), timespec(tv_sec: Int(mtime), tv_nsec: 0)]
        // What a folder holds comes behind it, and setting the times of that does not touch the folder.
        for change in try walk.changes() {
            guard case .file(let file) = change.content else {
                if change.entry.kind == .directory { set(times, of: upper.pushing(change.entry.path)) }
                continue
            }
            set(times, of: file)
        }
    }

    private func set(_ times: [timespec], of file: FilePath) {
        _ = file.withPlatformString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
    }
}
