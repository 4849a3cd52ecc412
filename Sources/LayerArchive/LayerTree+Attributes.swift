// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

extension LayerTree {
    /// Owner first: changing it clears set-user-id bits and file capabilities.
    func setAttributes(_ entry: LayerEntry, of file: OpenFile) throws(LayerError) {
        if isPrivileged { try file.check("set the owner of", fchown(file.raw, entry.uid, entry.gid)) }
        try file.check("set the mode of", fchmod(file.raw, entry.mode))
        for (name, value) in entry.xattrs.sorted(by: { $0.key < $1.key })
        where try !set(name, value, of: file) {
            skippedAttributes.append("\(entry.path): \(name)")
        }
        let times = [timespec(entry), timespec(entry)]
        try file.check("set the time of", futimens(file.raw, times))
    }

    /// Sets an extended attribute.
    ///
    /// What overlayfs writes into its upper folders is left out: in a layer below it would redirect lookups.
    ///
    /// - Returns: false when it was left out, or the file system or our privileges do not allow it.
    private func set(_ name: String, _ value: [UInt8], of file: OpenFile) throws(LayerError) -> Bool {
        if name.hasPrefix("trusted.overlay.") || name.hasPrefix("user.overlay.") { return false }
        if fsetxattr(file.raw, name, value, value.count, 0) == 0 { return true }
        switch Errno.current {
        case .notSupported: return false
        case .notPermitted where !isPrivileged: return false
        case let errno: throw .file(FileError("set \(name) of", file.path, errno))
        }
    }

    /// The same for what cannot be opened: links, devices, pipes.
    func setAttributes(_ entry: LayerEntry, at place: Place) throws(LayerError) {
        let times = [timespec(entry), timespec(entry)]
        let folder = place.folder.raw
        if isPrivileged {
            try place.call("set the owner of") { name in
                fchownat(folder, name, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW)
            }
        }
        if entry.kind.fileType != S_IFLNK {
            try place.call("set the mode of") { name in fchmodat(folder, name, entry.mode, 0) }
        }
        try place.call("set the time of") { name in utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW) }
        skippedAttributes += entry.xattrs.keys.sorted().map { "\(entry.path): \($0)" }
    }
}

extension Place {
    /// Makes a C call that takes the name and answers 0, or -1 with errno.
    func call(_ operation: String, _ body: (UnsafePointer<CChar>) -> Int32) throws(LayerError) {
        guard name.withPlatformString(body) == 0 else { throw .file(FileError(operation, path, .current)) }
    }
}

extension timespec {
    /// An entry's time of modification.
    init(_ entry: LayerEntry) {
        self.init(tv_sec: Int(entry.mtime), tv_nsec: 0)
    }
}
