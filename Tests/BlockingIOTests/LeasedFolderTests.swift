// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

@Suite struct LeasedFolderTests {
    private let parent: TemporaryFolder

    init() throws {
        parent = try TemporaryFolder(in: "/tmp", prefix: "stet-test-")
    }

    @Test func whatADeadProcessLeftGoesAndWhatIsInUseStays() throws {
        let folder = parent.path.appending("work")
        let living = try LeasedFolder(in: folder, prefix: "run-")
        let dead = folder.appending("run-dead")
        try Folder.create(dead.appending("home"))
        try WholeFile.write([1], to: dead.appending("home").appending("config.json"), durable: false)
        try Folder.create(folder.appending("others"))
        let next = try LeasedFolder(in: folder, prefix: "run-")
        #expect(!Folder.isFolder(dead))
        #expect(Folder.isFolder(living.path) && Folder.isFolder(next.path))
        #expect(Folder.isFolder(folder.appending("others")))
    }

    @Test func onlyFoldersOfThatNameAreSwept() throws {
        let folder = parent.path.appending("work")
        for name in ["run-dead", "others"] { try Folder.create(folder.appending(name)) }
        try WholeFile.write([1], to: folder.appending("run-file"), durable: false)
        #expect(symlink(folder.appending("others").string, folder.appending("run-link").string) == 0)
        LeasedFolder.sweep(folder, prefix: "run-")
        #expect(try Folder.names(in: folder) == ["others", "run-file", "run-link"])
    }

    /// Root may look into it, and has no business there: its owner could lead him elsewhere.
    @Test(.enabled(if: geteuid() == 0))
    func whatSomebodyElseOwnsIsLeftAlone() throws {
        let folder = parent.path.appending("work")
        let others = folder.appending("run-others")
        try Folder.create(others)
        #expect(chown(others.string, 1234, 1234) == 0)
        LeasedFolder.sweep(folder, prefix: "run-")
        #expect(Folder.isFolder(others))
    }

    @Test func itGoesWithItsValue() throws {
        let path = try LeasedFolder(in: parent.path, prefix: "run-").path
        #expect(!Folder.isFolder(path))
    }

    @Test func manyAtATimeDoNotTakeEachOthers() async throws {
        let parent = parent.path
        let folders = try await withThrowingTaskGroup(of: LeasedFolder.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await BlockingThread.run { try LeasedFolder(in: parent, prefix: "run-") }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(folders.allSatisfy { Folder.isFolder($0.path) })
        #expect(Set(folders.map(\.path)).count == 20)
    }
}
