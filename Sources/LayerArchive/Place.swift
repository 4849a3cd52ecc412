// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A name in an open folder, whether there is something or not.
struct Place {
    let folder: OpenFile
    let name: FilePath.Component
    /// For messages: as the layer has it.
    let path: FilePath

    /// What is there, a link not followed; nil when nothing is.
    var status: stat? {
        var status = stat()
        let answer = name.withPlatformString { fstatat(folder.raw, $0, &status, AT_SYMLINK_NOFOLLOW) }
        return answer == 0 ? status : nil
    }

    var identity: FileIdentity? { status.map(FileIdentity.init) }

    /// Where a link that is there points to; nil when there is none.
    var linkTarget: FilePath? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = name.withPlatformString { readlinkat(folder.raw, $0, &buffer, Int(PATH_MAX)) }
        return count > 0 ? FilePath(platformString: buffer) : nil
    }

    /// Opens what is there when it is a folder.
    func openFolder() throws(LayerError) -> OpenFile? {
        let raw = name.withPlatformString {
            openat(folder.raw, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        if raw >= 0 { return OpenFile(owning: raw, path: path) }
        switch Errno.current {
        case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: return nil
        case let errno: throw .file(FileError("open", path, errno))
        }
    }

    /// The names in a folder that this place is; none when it is none.
    func children() throws(LayerError) -> [Place] {
        guard let opened = try openFolder() else { return [] }
        return try opened.names().map { Place(folder: opened, name: $0, path: path.appending($0)) }
    }

    /// Removes what is there, a folder with everything in it; nothing there is no error.
    func remove() throws(LayerError) {
        if try unlink(flags: 0) { return }
        for child in try children() { try child.remove() }
        _ = try unlink(flags: AT_REMOVEDIR)
    }

    /// - Returns: false when there is a folder, which needs `AT_REMOVEDIR` and must be empty.
    func unlink(flags: Int32) throws(LayerError) -> Bool {
        guard name.withPlatformString({ unlinkat(folder.raw, $0, flags) }) != 0 else { return true }
        switch Errno.current {
        case .noSuchFileOrDirectory: return true
        case .isDirectory, .directoryNotEmpty: return false
        case let errno: throw .file(FileError("remove", path, errno))
        }
    }
}

extension OpenFile {
    /// The names in this folder, sorted by bytes.
    func names() throws(LayerError) -> [FilePath.Component] {
        do {
            return try Folder.components(inOpen: raw, path)
        } catch {
            throw .file(error)
        }
    }
}
