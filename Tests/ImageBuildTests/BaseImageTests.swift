// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import LayerArchive
import OCISpec
import SourceText
import SystemPackage
import Testing

@Suite struct BaseImageTests {
    /// Two layers: a merged `/usr`, accounts; then one file removed, one folder emptied.
    private func fixture() async throws -> BuildFixture {
        let fixture = try BuildFixture().file("x", "X").file("dir/y", "Y")
        try await fixture.addImage(
            "base",
            config: { config in
                config.config?.env = ["LANG=C"]
                config.config?.cmd = ["sh"]
                config.config?.unknown["Domainname"] = .string("kept")
                config.unknown["moby.buildkit.cache.v0"] = .string("kept too")
                config.history = [.init(created: nil, createdBy: "base")]
            },
            layers: [
                [
                    LayerEntry.folder("etc"),
                    LayerEntry.file("etc/passwd", "root:x:0:0::/:\nweb:x:33:44::/:\n"),
                    LayerEntry.file("etc/group", "root:x:0:\nstaff:x:50:\n"),
                    LayerEntry.folder("usr"), LayerEntry.folder("usr/bin"),
                    LayerEntry.link("bin", to: "usr/bin"),
                    LayerEntry.file("usr/bin/gone", "old"), LayerEntry.folder("var"),
                    LayerEntry.folder("var/old"),
                    LayerEntry.link("loop", to: "loop"),
                    LayerEntry.link("dangling", to: "/new/place"),
                    LayerEntry.link("below", to: "/etc/passwd/x"),
                ],
                [
                    LayerEntry.file("usr/bin/.wh.gone", ""), LayerEntry.file("var/.wh..wh..opq", ""),
                    LayerEntry.file("var/new", "new"),
                ],
            ])
        return fixture
    }

    @Test(arguments: [
        ("COPY x /bin/", ["usr/bin/x file 644 0:0 X"]),  // the link /bin stays
        (
            "COPY x /bin/deep/er/",
            [
                "usr/bin/deep folder 755 0:0", "usr/bin/deep/er folder 755 0:0",
                "usr/bin/deep/er/x file 644 0:0 X",
            ]
        ),
        ("COPY dir /bin", ["usr/bin/y file 644 0:0 Y"]),
        ("COPY x /dangling", ["new folder 755 0:0", "new/place file 644 0:0 X"]),
        ("COPY x /usr/bin/gone/", ["usr/bin/gone folder 755 0:0", "usr/bin/gone/x file 644 0:0 X"]),
        ("COPY x /var/old", ["var/old file 644 0:0 X"]),  // the folder was emptied
        ("COPY --chown=web x /", ["x file 644 33:44 X"]),
        ("COPY --chown=web:staff x /", ["x file 644 33:50 X"]),
        ("COPY --chown=0:staff x /", ["x file 644 0:50 X"]),
        ("USER web\nWORKDIR /var/home/web", ["var/home folder 755 33:44", "var/home/web folder 755 33:44"]),
    ])
    func destinationsAreResolvedInTheBase(lines: String, entries: [String]) async throws {
        let fixture = try await fixture()
        let image = try await fixture.build("FROM base\n" + lines)
        let listings = try await fixture.listings(image)
        #expect(listings.count == 3)
        #expect(listings.last == entries)
    }

    @Test(arguments: ["/loop", "/loop/", "/loop/x"])
    func aLoopOfLinksIsNoDestination(destination: String) async throws {
        let fixture = try await fixture()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM base\nCOPY x \(destination)")
        }
        #expect(error.map { "\($0)".contains("Dockerfile:2:8: error: too many links") } ?? false)
    }

    @Test func aLinkBelowAFileIsNoDestination() async throws {
        let fixture = try await fixture()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM base\nCOPY x /below/")
        }
        #expect(error.map { "\($0)".contains("/etc/passwd is in the way") } ?? false)
    }

    @Test func anExistingWorkingFolderMakesNoLayer() async throws {
        let fixture = try await fixture()
        let image = try await fixture.build("FROM base\nWORKDIR /bin\nWORKDIR ../x\n")
        #expect(try await fixture.config(image).config?.workingDir == "/x")
        #expect(
            try await fixture.config(image).history?.suffix(2).map { $0.emptyLayer ?? false } == [
                true, false,
            ])
    }

    @Test func whatTheBasesConfigurationSaysSurvives() async throws {
        let fixture = try await fixture()
        let image = try await fixture.build("FROM base\nENV a=$LANG\nLABEL l=1")
        let config = try await fixture.config(image)
        #expect(
            config.config?.env == [
                "LANG=C", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "a=C",
            ])
        #expect(config.config?.unknown["Domainname"] == .string("kept"))
        #expect(config.unknown["moby.buildkit.cache.v0"] == .string("kept too"))
        #expect(config.config?.cmd == ["sh"])
        #expect(config.history?.map(\.createdBy) == ["base", "ENV a=C", "LABEL l=1"])
        #expect(image.dependencies.map(\.reference.familiar) == ["base:latest"])
        #expect(image.base == image.dependencies.first)
    }

    @Test func anEntryPointForgetsTheBasesCommand() async throws {
        let fixture = try await fixture()
        let image = try await fixture.build("FROM base\nENTRYPOINT [\"/x\"]")
        #expect(try await fixture.config(image).config?.cmd == nil)
        let kept = try await fixture.build("FROM base\nCMD y\nENTRYPOINT [\"/x\"]")
        #expect(try await fixture.config(kept).config?.cmd == ["/bin/sh", "-c", "y"])
    }

    @Test func filesOfAnImageAreCopiedWithOwnersAndHardLinks() async throws {
        let fixture = try BuildFixture()
        var tool = LayerEntry.file("opt/tool", "T", mode: 0o755)
        tool.0.uid = 7
        tool.0.gid = 8
        let alias = (LayerEntry("opt/alias", .hardLink(target: "opt/tool"), mode: 0o755), "")
        try await fixture.addImage(
            "tools:1",
            layers: [[LayerEntry.folder("opt"), tool, alias, LayerEntry.link("opt/l", to: "tool")]])
        let image = try await fixture.build("FROM scratch\nCOPY --from=tools:1 /opt /o")
        #expect(image.base == nil && image.dependencies.map(\.reference.familiar) == ["tools:1"])
        #expect(
            try await fixture.listings(image) == [
                ["o folder 755 0:0", "o/alias file 755 7:8 T", "o/l link tool", "o/tool other"]
            ])
    }

    @Test func triggersOfTheBaseRunFirstAndAreGone() async throws {
        let fixture = try BuildFixture().file("x", "X")
        try await fixture.addImage(
            "base", config: { $0.config?.onBuild = ["COPY x /src/", "ENV t=1"] },
            layers: [[LayerEntry.folder("a")]])
        let image = try await fixture.build("FROM base\nUSER 1\nONBUILD USER 2")
        let config = try await fixture.config(image)
        #expect(try await fixture.listings(image).last == ["src folder 755 0:0", "src/x file 644 0:0 X"])
        #expect(config.config?.env?.last == "t=1")
        #expect(config.config?.onBuild == ["USER 2"])
    }

    /// A trigger, and where and how what is said of it begins.
    @Test(arguments: [("ENV a=${", "1:7: error: missing"), ("FROM other", "1:1: error: an image may not")])
    func aTriggerThatFailsIsQuotedFromTheBase(trigger: String, message: String) async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage("base", config: { $0.config?.onBuild = [trigger] }, layers: [])
        let error = await #expect(throws: BuildError.self) { _ = try await fixture.build("FROM base") }
        #expect(
            error.map { "\($0)".hasPrefix("ONBUILD of base:latest:\(message)") } ?? false,
            "\(error.debugDescription)")
        #expect(error.map { !"\($0)".contains("FROM base") } ?? false)
    }

    @Test func dockersLayerTypesBecomeOCIs() async throws {
        let fixture = try await fixture()
        let image = try await fixture.build("FROM base\nUSER 1")
        #expect(try await fixture.manifest(image).layers.allSatisfy { $0.mediaType == .ociLayerGzip })
    }

    /// What the configuration says, what the image is built for, and the platform of what comes out.
    @Test(
        arguments: [
            ("", "", "linux/amd64", "linux/amd64"), ("linux", "", "linux/arm64", "linux/arm64"),
            ("", "", "linux/arm/v7", "linux/arm/v7"), ("", "arm64", "linux/arm64", "linux/arm64"),
            ("linux", "amd64", "linux/amd64", "linux/amd64"), ("windows", "", "linux/amd64", nil),
            ("", "arm64", "linux/amd64", nil),
        ] as [(String, String, String, String?)])
    func aBaseThatLeavesItsPlatformOpenIsTakenForTheOneThatIsAskedFor(
        os: String, architecture: String, asked: String, built: String?
    ) async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage(
            "open:1", config: { $0.platform = Platform(os: os, architecture: architecture) },
            layers: [[LayerEntry.file("m", "M")]])
        let platform = try Platform(asked)
        guard let built else {
            let error = await #expect(throws: BuildError.self) {
                _ = try await fixture.build("FROM open:1\nUSER 1") { $0.platforms = [platform] }
            }
            #expect(error.map { "\($0)".contains("not \(asked)") } ?? false, "\(String(describing: error))")
            return
        }
        let image = try await fixture.build("FROM open:1\nUSER 1") { $0.platforms = [platform] }
        #expect(try await fixture.config(image).platform == (try Platform(built)))
        let isWhole = !os.isEmpty && !architecture.isEmpty
        #expect(StepLog(fixture.events).warnings == (isWhole ? [] : [Self.warning(for: asked)]))
    }

    private static func warning(for platform: String) -> String {
        "InvalidBaseImagePlatform: Base image open:1 was pulled with platform \"unknown\", expected "
            + "\"\(platform)\" for current build"
    }

    @Test func theCheckOfAnOpenPlatformIsSkippedOrAnErrorAsOthersAre() async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage(
            "open:1", config: { $0.platform = Platform(os: "", architecture: "") },
            layers: [[LayerEntry.file("m", "M")]])
        _ = try await fixture.build("# check=skip=InvalidBaseImagePlatform\nFROM open:1\nUSER 1")
        #expect(StepLog(fixture.events).warnings.isEmpty)
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("# check=error=true\nFROM open:1\nUSER 1")
        }
        #expect(error.map { "\($0)".contains("InvalidBaseImagePlatform") } ?? false)
    }

    @Test func aBaseThatCannotBeHadIsNamedAtItsPlace() async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("ARG tag=9\nFROM nowhere.example/app:$tag\n")
        }
        guard case .baseImage(let diagnostic, let cause)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(diagnostic.message.contains("nowhere.example/app:9"))
        #expect("\(diagnostic)".hasPrefix("Dockerfile:2:6: error:"))
        #expect(cause is BuildFixture.NoSuchImage)
    }

    @Test(arguments: [
        ("ENV A=3", ["A=3", "B=1"]), ("ENV C=3", ["A=2", "B=1", "C=3"]),
        ("LABEL a=b", ["A=1", "B=1", "A=2"]),
        ("ENV C=3\nENV A=4 B=5\nENV C=$A D=6", ["A=4", "B=5", "C=4", "D=6"]),
        ("ENV C=1\nFROM base\nENV D=1\nFROM first\nENV A=7", ["A=7", "B=1", "C=1"]),
    ])
    func theEnvironmentOfABaseGoesOn(lines: String, environment: [String]) async throws {
        let fixture = try BuildFixture()
        let path = "PATH=/bin"
        try await fixture.addImage(
            "base", config: { $0.config?.env = [path, "A=1", "B=1", "A=2"] }, layers: [])
        let image = try await fixture.build("FROM base AS first\n\(lines)")
        #expect(try await fixture.config(image).config?.env == [path] + environment)
    }

    @Test func labelsGoOnThroughStages() async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage("base", config: { $0.config?.labels = ["a": "1", "b": "1"] }, layers: [])
        let image = try await fixture.build("FROM base AS one\nLABEL a=2 c=3\nFROM one\nLABEL d=4\nLABEL c=5")
        #expect(try await fixture.config(image).config?.labels == ["a": "2", "b": "1", "c": "5", "d": "4"])
    }

    /// One layer, of which two images say different things: whichever is read first, one of them lies.
    @Test(arguments: [("honest", "liar"), ("liar", "honest")])
    func anImageThatLiesAboutALayerOfAnotherOneIsFound(first: String, second: String) async throws {
        let fixture = try BuildFixture().file("x", "X")
        let layers = [[LayerEntry.folder("d"), LayerEntry.file("d/a", "A")]]
        try await fixture.addImage("honest", layers: layers)
        try await fixture.addImage(
            "liar", config: { $0.rootfs.diffIDs = [Digest(of: Array("other".utf8))] }, layers: layers)
        let text = "FROM \(first) AS one\nCOPY x /d/\nFROM \(second)\nCOPY --from=one /d/x /d/"
        let error = await #expect(throws: BuildError.self) { _ = try await fixture.build(text) }
        #expect(error.map { "\($0)" }?.contains("diffID") ?? false, "\(String(describing: error))")
    }
}
