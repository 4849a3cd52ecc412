// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Files on their way into a folder of a person: written beside what is there, and moved to their places when all of
/// them are whole.
///
/// What a process leaves that is killed in the middle goes with the next one. Functions block.
struct StagedFiles {
    /// Where they go.
    let target: FilePath
    private let isNew: Bool
    private let place: LeasedFolder

    /// Makes `target` where it is missing.
    init(for target: FilePath) throws(FileError) {
        isNew = !Folder.isFolder(target)
        try Folder.create(target)
        self.target = target
        place = try LeasedFolder(in: target, prefix: ".stet-files-")
        try Folder.create(folder)
        // What is the root's own comes from the image, where that says something of it.
        let status = try FolderMerge.status(of: target)
        try FileError.wrap("set the mode of", folder) {
            guard chmod(folder.string, status.st_mode & 0o7777) == 0 else { throw Errno.current }
        }
    }

    /// What will be the files of the target.
    var folder: FilePath { place.path.appending("files") }

    /// Puts the files on top of those that are there.
    ///
    /// - Throws: The target then has a part of them, each of which is whole.
    func moveIntoPlace() throws(FileError) {
        try FolderMerge.move(folder, onto: target)
    }

    /// Leaves everything as it was.
    func discard() {
        try? Folder.remove(place.path)
        if isNew { rmdir(target.string) }
    }
}
