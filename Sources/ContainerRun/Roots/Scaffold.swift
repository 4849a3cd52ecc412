// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// The folders that a mounted root consists of.
struct Scaffold: Sendable {
    let stack: OverlayMount.Stack
    /// What becomes a layer's folder when the root is adopted.
    let layer: FilePath

    init(in work: WorkFolder, lowers: [FilePath]) throws(ContainerError) {
        layer = work.path.appending("layer")
        stack = OverlayMount.Stack(
            lowers: lowers, upper: layer.appending("fs"), work: work.path.appending("overlay"),
            target: work.path.appending("root"), lowerTarget: work.path.appending("below"))
        do {
            for folder in [layer, stack.upper, stack.work, stack.target] { try Folder.create(folder) }
            // One folder below is its own merged tree.
            if lowers.count > 1 { try Folder.create(stack.lowerTarget) }
            if let lower = lowers.first { try Scaffold.copyAttributes(of: lower, to: stack.upper) }
        } catch {
            throw .file(error)
        }
    }

    /// The root folder of an overlay has the attributes of its upper folder.
    private static func copyAttributes(of source: FilePath, to target: FilePath) throws(FileError) {
        var status = stat()
        guard lstat(source.string, &status) == 0 else { throw FileError("examine", source, .current) }
        guard chown(target.string, status.st_uid, status.st_gid) == 0,
            chmod(target.string, status.st_mode & 0o7777) == 0
        else { throw FileError("set the attributes of", target, .current) }
        let times = [status.st_mtim, status.st_mtim]
        guard utimensat(AT_FDCWD, target.string, times, 0) == 0 else {
            throw FileError("set the time of", target, .current)
        }
    }
}
