// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

@Suite struct DiskUsageTests {
    private func inFolder(_ body: (FilePath) throws -> Void) throws {
        let folder = FilePath("/tmp/stet-usage-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(folder)
    }

    @Test func whatFilesTakeIsCountedOnceHoweverManyNamesTheyHave() throws {
        try inFolder { folder in
            let empty = Folder.diskUsage(of: folder)
            try Folder.create(folder.appending("a/b"))
            let folders = Folder.diskUsage(of: folder)
            #expect(folders >= empty)
            let file = folder.appending("a/b/file")
            try WholeFile.write([UInt8](repeating: 1, count: 100_000), to: file)
            let one = Folder.diskUsage(of: folder)
            #expect(one >= folders + 100_000)
            #expect(Folder.diskUsage(of: file) == one - folders)
            guard link(file.string, folder.appending("again").string) == 0 else {
                throw FileError("link", file, .current)
            }
            #expect(Folder.diskUsage(of: folder) < one + 100_000)
        }
    }

    @Test func aLinkCountsForItself() throws {
        try inFolder { folder in
            let before = Folder.diskUsage(of: folder)
            guard symlink("/", folder.appending("all").string) == 0 else {
                throw FileError("link", folder, .current)
            }
            #expect(Folder.diskUsage(of: folder) < before + 100_000)
        }
    }

    @Test func nothingHasNothing() {
        #expect(Folder.diskUsage(of: "/nonexistent/folder") == 0)
    }
}
