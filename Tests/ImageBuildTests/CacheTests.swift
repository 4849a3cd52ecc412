// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// What is remembered from build to build, without containers.
@Suite struct CacheTests {
    private static let text = "FROM scratch\nCOPY a /a\nWORKDIR /w\nCOPY d /d/\nENV X=1"

    private func fixture() throws -> BuildFixture {
        let fixture = try BuildFixture()
        return try fixture.file("a", "A").file("d/b", "B").file("d/c", "C")
    }

    @Test func anUnchangedBuildDoesNothingAndGivesTheSameImage() async throws {
        let fixture = try fixture()
        let first = try await fixture.cachedBuild(Self.text) { $0.tags = [try Reference("app:1")] }
        #expect(first.log.cached.isEmpty)
        let before = try fixture.state(of: "store") + fixture.state(of: "cache/steps")
        let second = try await fixture.cachedBuild(Self.text) { $0.tags = [try Reference("app:1")] }
        #expect(second.image == first.image)
        #expect(second.log.cached == ["COPY a /a", "WORKDIR /w", "COPY d /d/"])
        #expect(try fixture.state(of: "store") + fixture.state(of: "cache/steps") == before)
    }

    @Test func aBuildWithoutACacheGivesTheSameImage() async throws {
        let fixture = try fixture()
        let cached = try await fixture.cachedBuild(Self.text).image
        _ = try await fixture.cachedBuild(Self.text)
        #expect(try await fixture.build(Self.text) { $0.platforms = [.host] } == cached)
        let other = try self.fixture()
        #expect(try await other.cachedBuild(Self.text).image.manifest == cached.manifest)
    }

    /// What is changed between two builds, and the steps that are done again.
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let done: [String]
        let make: @Sendable (BuildFixture) throws -> Void

        var testDescription: String { name }
    }

    @Test(arguments: [
        Change(name: "a file's content", done: ["COPY a /a"]) { try $0.file("a", "other") },
        Change(name: "a file in a folder", done: ["COPY d /d/"]) { try $0.file("d/c", "D") },
        Change(name: "a new file in a folder", done: ["COPY d /d/"]) { try $0.file("d/x", "") },
        Change(name: "a file that can be executed", done: ["COPY a /a"]) {
            try $0.file("a", "A", mode: 0o755)
        },
        Change(name: "nothing but times and inodes", done: []) { try $0.file("a", "A").file("d/b", "B") },
        Change(name: "bits that no layer has", done: []) { try $0.file("a", "A", mode: 0o664) },
        Change(name: "content, but not size or time", done: ["COPY a /a"]) {
            try $0.rewriteInPlace("a", "Z")
        },
    ])
    func aChangeIsSeenAndNothingElseIs(_ change: Change) async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        try change.make(fixture)
        let (image, log) = try await fixture.cachedBuild(Self.text)
        #expect(log.done.filter { $0.hasPrefix("COPY") } == change.done)
        #expect(try await fixture.build(Self.text) { $0.platforms = [.host] }.manifest == image.manifest)
    }

    @Test(arguments: [
        "FROM scratch\nCOPY d /d/\nCOPY a /a",
        "FROM scratch AS x\nCOPY a /a\nFROM scratch\nCOPY --from=x /a /a",
        "FROM scratch\nENV Y=2\nADD a /a",
    ])
    func aLayerIsKnownWhateverMadeIt(_ text: String) async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        #expect(try await fixture.cachedBuild(text).log.done.filter { $0.contains("a /a") }.isEmpty)
    }

    @Test func noCacheDoesEverythingAgainAndRemembersIt() async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        let again = try await fixture.cachedBuild(Self.text) { $0.caching.isRead = false }
        #expect(again.log.cached.isEmpty)
        #expect(try await fixture.cachedBuild(Self.text).log.cached.count == 3)
    }

    @Test func theTimeOfFilesIsPartOfALayerAndTheTimeOfTheImageIsNot() async throws {
        let fixture = try fixture()
        let first = try await fixture.cachedBuild(Self.text) { $0.fileTime = 0 }
        let later = try await fixture.cachedBuild(Self.text) {
            $0.created = 1_000_000
            $0.fileTime = 0
        }
        #expect(later.log.cached.count == 3)
        let layers = try await fixture.manifest(first.image).layers
        #expect(try await fixture.manifest(later.image).layers == layers)
        #expect(later.image.config != first.image.config)
        #expect(try await fixture.cachedBuild(Self.text) { $0.created = 1_000_000 }.log.cached.isEmpty)
    }

    @Test func aLayerThatIsGoneIsMadeAgain() async throws {
        let fixture = try fixture()
        let first = try await fixture.cachedBuild(Self.text)
        let layer = try await fixture.manifest(first.image).layers[0]
        try Folder.remove(fixture.store.path(of: layer.digest))
        let second = try await fixture.cachedBuild(Self.text)
        #expect(second.log.done.filter { $0.hasPrefix("COPY") } == ["COPY a /a"])
        #expect(second.image == first.image)
        #expect(try await fixture.store.check().isEmpty)
    }

    @Test(arguments: ["", "{", "{\"layer\":{\"diffID\":\"x\"}}", "\u{0}\u{0}\u{0}"])
    func aDamagedRecordSaysNothing(_ damage: String) async throws {
        let fixture = try fixture()
        let first = try await fixture.cachedBuild(Self.text)
        for line in try fixture.state(of: "cache") {
            let path = FilePath(String(line.prefix { $0 != " " }))
            try WholeFile.write(Array(damage.utf8), to: path, durable: false)
        }
        let second = try await fixture.cachedBuild(Self.text)
        #expect(second.log.cached.isEmpty)
        #expect(second.image == first.image)
    }

    @Test func stepsBeforeAFailureAreKnownAfterwards() async throws {
        let fixture = try fixture()
        await #expect(throws: BuildError.self) {
            try await fixture.cachedBuild("FROM scratch\nCOPY a /a\nCOPY nope /")
        }
        let (_, log) = try await fixture.cachedBuild("FROM scratch\nCOPY a /a\nCOPY d /")
        #expect(log.cached == ["COPY a /a"])
    }

    @Test func manyBuildsAtOnceShareACache() async throws {
        let fixture = try fixture()
        let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
            for _ in 0..<8 {
                group.addTask { try await fixture.cachedBuild(Self.text).image.manifest.digest }
            }
            var digests: Set<Digest> = []
            for try await digest in group { digests.insert(digest) }
            return digests
        }
        #expect(digests.count == 1)
        #expect(try await fixture.store.check().isEmpty)
        #expect(try await fixture.cachedBuild(Self.text).log.cached.count == 3)
    }

    // MARK: Elsewhere

    @Test func aFolderHasSeveralCachesAndThoseThatWereReplaced() async throws {
        let here = try fixture()
        let folder = here.root.appending("export")
        var digests: [Digest] = []
        for (name, content) in [("v1", "A"), ("v1", "B"), ("v2", "C")] {
            try here.file("a", content)
            _ = try await here.cachedBuild(Self.text) { $0.caching.exports = [.folder(folder, .name(name))] }
            digests.append(try #require(try await ImageLayout(folder).find(name)?.digest))
        }
        for (content, entry) in [
            ("A", CacheLocation.Entry.digest(digests[0])), ("B", .name("v1")), ("C", .name("v2")),
            ("C", .digest(digests[2])),
        ] {
            let there = try fixture().file("a", content)
            let again = try await there.cachedBuild(Self.text) {
                $0.caching.imports = [.folder(folder, entry)]
            }
            #expect(again.log.cached == ["COPY a /a", "WORKDIR /w", "COPY d /d/"], "\(entry)")
        }
        for entry in [CacheLocation.Entry.standard, .digest(Digest(of: [1]))] {
            let there = try fixture()
            let (_, log) = try await there.cachedBuild(Self.text) {
                $0.caching.imports = [.folder(folder, entry)]
            }
            #expect(log.warnings.contains { $0.contains("has no such build cache") }, "\(log.warnings)")
        }
    }

    @Test func aCacheInAFolderServesAnotherMachine() async throws {
        let here = try fixture()
        let folder = here.root.appending("export")
        let first = try await here.cachedBuild(Self.text) { $0.caching.exports = [.folder(folder)] }
        let there = try fixture()
        let second = try await there.cachedBuild(Self.text) { $0.caching.imports = [.folder(folder)] }
        #expect(second.log.cached.count == 3)
        #expect(second.image.manifest == first.image.manifest)
        #expect(try await there.store.check().isEmpty)
        #expect(try await there.cachedBuild(Self.text).log.cached.count == 3)
        #expect(try await ImageLayout(folder).check().isEmpty)
    }

    @Test func aCacheThatCannotBeReadIsAWarning() async throws {
        let fixture = try fixture()
        let folder = fixture.root.appending("nowhere")
        let (_, log) = try await fixture.cachedBuild(Self.text) { $0.caching.imports = [.folder(folder)] }
        #expect(log.warnings.contains { $0.contains("\(folder)") })
        #expect(log.done.count == 4)
    }

    @Test func aPlaceThatCannotTakeTheCacheIsAnErrorAndTheImageStands() async throws {
        let fixture = try fixture()
        let file = fixture.context.appending("a")
        await #expect(throws: BuildError.self) {
            try await fixture.cachedBuild(Self.text) {
                $0.caching.exports = [.folder(file)]
                $0.tags = [try Reference("app:1")]
            }
        }
        #expect(try await fixture.store.find("docker.io/library/app:1") != nil)
    }

    // MARK: Pruning

    @Test func pruningAllForgetsEveryStep() async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        let pruned = try fixture.cache.prune(.all)
        #expect(pruned.records == 3)
        #expect(pruned.layerBytes > 0 && pruned.kept.isEmpty)
        #expect(fixture.cache.layers().isEmpty)
        #expect(try await fixture.cachedBuild(Self.text).log.cached.isEmpty)
    }

    @Test func aDryPruningSaysTheSameAndRemovesNothing() async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        let before = try fixture.state(of: "cache")
        let said = try fixture.cache.prune(.all, isDry: true)
        #expect(try fixture.state(of: "cache") == before)
        let store = try await fixture.store.collectGarbage(keeping: said.kept, isDry: true)
        #expect(try await fixture.store.check().isEmpty)
        #expect(try fixture.cache.prune(.all) == said)
        #expect(try await fixture.store.collectGarbage() == store)
        #expect(store.bytes >= said.layerBytes)
    }

    @Test func stagesThatAreNamedAreDoneAgain() async throws {
        let fixture = try fixture()
        let text = "FROM scratch AS one\nCOPY a /a\nFROM scratch\nCOPY d /d/\nCOPY --from=one /a /a2"
        _ = try await fixture.cachedBuild(text)
        for (names, done) in [
            (["one"], ["COPY a /a"]), (["1"], ["COPY d /d/", "COPY --from=one /a /a2"]),
            (["one", "stage-1"], ["COPY a /a", "COPY d /d/", "COPY --from=one /a /a2"]), ([], []),
        ] {
            let log = try await fixture.cachedBuild(text) { $0.caching.uncachedStages = Set(names) }.log
            #expect(log.done.filter { $0.hasPrefix("COPY") }.sorted() == done.sorted(), "\(names)")
        }
        let error = await #expect(throws: BuildError.self) {
            try await fixture.cachedBuild(text) { $0.caching.uncachedStages = ["onee"] }
        }
        #expect("\(String(describing: error))".contains("did you mean one?"))
    }

    @Test func pruningKeepsWhatWasOfUse() async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        #expect(try fixture.cache.prune(.unused(for: .seconds(3600))).records == 0)
        #expect(try fixture.cache.prune(.keepingBytes(1 << 30)).records == 0)
        #expect(try fixture.cache.prune(.keepingBytes(0)).records == 3)
    }

    @Test func aCollectionThatKeepsTheCachesLayersLeavesItOfUse() async throws {
        let fixture = try fixture()
        _ = try await fixture.cachedBuild(Self.text)
        _ = try await fixture.store.collectGarbage(keeping: fixture.cache.layers())
        #expect(try await fixture.cachedBuild(Self.text).log.cached.count == 3)
        _ = try await fixture.store.collectGarbage()
        #expect(try await fixture.cachedBuild(Self.text).log.cached.isEmpty)
    }
}
