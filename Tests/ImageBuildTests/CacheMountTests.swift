// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import Glibc
import ImageBuild
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

/// The folders of `RUN --mount=type=cache`, which are there whole or not at all.
@Suite struct CacheMountTests {
    private struct Broken: Error {}

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private func open(
        _ sharing: Mount.Sharing = .shared, filling name: String? = nil
    ) async throws -> CacheMount {
        let access = Mount.Access(mode: 0o750, user: geteuid(), group: getegid())
        guard let name else {
            return try await CacheMount.open("cache", sharing, access, in: scratch.path.appending("mounts"))
        }
        return try await CacheMount.open("cache", sharing, access, in: scratch.path.appending("mounts")) {
            try WholeFile.write([], to: $0.appending(name))
            if name == "broken" { throw Broken() }
        }
    }

    @Test(arguments: Mount.Sharing.allCases)
    func aNewCacheIsFilledOnceWithTheRightsThatItIsToHave(sharing: Mount.Sharing) async throws {
        let first = try await open(sharing, filling: "seed").folder
        #expect(try Folder.names(in: first) == ["seed"])
        var status = stat()
        #expect(stat(first.string, &status) == 0 && status.st_mode & 0o777 == 0o750)
        let second = try await open(sharing, filling: "other")
        #expect(try second.folder == first && Folder.names(in: first) == ["seed"])
    }

    @Test func whatWasFilledHalfIsNeverSeen() async throws {
        await #expect(throws: Broken.self) { try await open(filling: "broken") }
        let mount = try await open(filling: "seed")
        #expect(try Folder.names(in: mount.folder) == ["seed"])
        #expect(try !Folder.names(in: mount.folder.removingLastComponent()).contains("filling"))
    }

    @Test func whatADeadProcessLeftIsTakenAway() async throws {
        await #expect(throws: Broken.self) { try await open(filling: "broken") }
        let mounts = scratch.path.appending("mounts")
        let cache = mounts.appending(try #require(try Folder.names(in: mounts).first))
        try Folder.create(cache.pushing("filling/half"))
        let mount = try await open(filling: "seed")
        #expect(try Folder.names(in: mount.folder) == ["seed"])
        #expect(!Folder.isFolder(cache.appending("filling")))
    }

    @Test func oneOfManyWhoShareACacheFillsIt() async throws {
        let count = Counter()
        let folder = scratch.path.appending("mounts")
        try await withThrowingTaskGroup(of: CacheMount.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await CacheMount.open(
                        "cache", .shared, Mount.Access(mode: 0o755, user: geteuid(), group: getegid()),
                        in: folder
                    ) { _ in count.add() }
                }
            }
            for try await mount in group { #expect(Folder.isFolder(mount.folder)) }
        }
        #expect(count.value == 1)
    }

    @Test func privateOnesAreOnesOwnAsLongAsTheyAreUsed() async throws {
        let first = try await open(.private)
        let second = try await open(.private)
        #expect(first.folder != second.folder)
        withExtendedLifetime(first) {}
    }
}
