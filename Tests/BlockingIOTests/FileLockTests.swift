// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

@Suite struct FileLockTests {
    private func holdsBack(_ held: FileLock.Mode, _ wanted: FileLock.Mode) throws -> Bool {
        let folder = try TemporaryFolder(in: "/tmp", prefix: "stet-lock-")
        let lock = try FileLock(on: folder.path, held)
        let isFree = try isFree(folder.path, wanted)
        _ = consume lock
        #expect(try self.isFree(folder.path, wanted))
        return !isFree
    }

    private func isFree(_ path: FilePath, _ mode: FileLock.Mode) throws -> Bool {
        guard let lock = try FileLock(trying: path, mode) else { return false }
        _ = consume lock
        return true
    }

    @Test(arguments: [
        (FileLock.Mode.shared, FileLock.Mode.shared, false),
        (.shared, .exclusive, true),
        (.exclusive, .shared, true),
        (.exclusive, .exclusive, true),
    ])
    func onlySharedLocksStandBesideEachOther(
        _ held: FileLock.Mode, _ wanted: FileLock.Mode, _ holdsBack: Bool
    ) throws {
        #expect(try self.holdsBack(held, wanted) == holdsBack)
    }

    @Test func whatIsNotThereCannotBeLocked() throws {
        let folder = try TemporaryFolder(in: "/tmp", prefix: "stet-lock-")
        let missing = folder.path.appending("missing")
        #expect(throws: FileError("open", missing, .noSuchFileOrDirectory)) {
            _ = try FileLock(trying: missing, .shared)
        }
    }

    @Test func aTemporaryFolderGoesAwayWithItsLastUser() throws {
        let parent = try TemporaryFolder(in: "/tmp", prefix: "stet-lock-")
        var folder: TemporaryFolder? = try TemporaryFolder(in: parent.path, prefix: ".x-")
        let path = try #require(folder?.path)
        try WholeFile.write([1], to: path.appending("file"))
        #expect(try Folder.names(in: parent.path) == [path.lastComponent?.string])
        folder = nil
        #expect(try Folder.names(in: parent.path).isEmpty)
    }
}
