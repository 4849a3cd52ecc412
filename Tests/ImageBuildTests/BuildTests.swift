// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Foundation
import ImageBuild
import ImageStore
import OCISpec
import SourceText
import SystemPackage
import Testing

@Suite struct BuildTests {
    private static let everyInstruction = """
        FROM scratch
        ARG V=1
        COPY f /bin/f
        ENV A="a b" B=$V
        LABEL l="x y" m=$A
        EXPOSE 80 8000-8001/udp
        VOLUME ["/data"]
        WORKDIR /w
        USER 5:6
        STOPSIGNAL SIGINT
        SHELL ["/bin/f", "-c"]
        HEALTHCHECK --interval=30s --retries=2 CMD ["/bin/f"]
        ENTRYPOINT ["/bin/f", "q\\"q"]
        CMD run it
        """

    @Test func theConfigurationSaysWhatTheInstructionsSay() async throws {
        let fixture = try BuildFixture().file("f", "F")
        let image = try await fixture.build(Self.everyInstruction)
        let config = try await fixture.config(image)
        let container = try #require(config.config)
        #expect(container.env?.dropFirst() == ["A=a b", "B=1"])
        #expect(container.labels == ["l": "x y", "m": "a b"])
        #expect(container.exposedPorts == ["80/tcp", "8000/udp", "8001/udp"])
        #expect(container.volumes == ["/data"])
        #expect(container.workingDir == "/w" && container.user == "5:6" && container.stopSignal == "SIGINT")
        #expect(container.healthcheck?.test == ["CMD", "/bin/f"])
        #expect(container.healthcheck?.interval == 30_000_000_000 && container.healthcheck?.retries == 2)
        #expect(container.entrypoint == ["/bin/f", "q\"q"])
        #expect(container.cmd == ["/bin/f", "-c", "run it"])
        #expect(config.platform == Platform(os: "linux", architecture: "amd64"))
        #expect(
            config.history?.map(\.createdBy) == [
                "ARG V=1", "COPY f /bin/f # buildkit", "ENV A=a b B=1", "LABEL l=x y m=a b",
                "EXPOSE [80/tcp 8000/udp 8001/udp]", "VOLUME [/data]", "WORKDIR /w", "USER 5:6",
                "STOPSIGNAL SIGINT",
                "SHELL [/bin/f -c]", "HEALTHCHECK --interval=30s --retries=2 CMD [\"/bin/f\"]",
                "ENTRYPOINT [\"/bin/f\" \"q\\\"q\"]", "CMD [\"/bin/f\" \"-c\" \"run it\"]",
            ])
        let layers = config.history?.filter { $0.emptyLayer != true }.count
        #expect(layers == 2 && config.rootfs.diffIDs.count == 2)
        #expect(try await fixture.listings(image)[1] == ["w folder 755 0:0"])
    }

    /// What `EXPOSE` says, and the ports that the image has.
    @Test(arguments: [
        ("80/TCP 80/sctp", ["80/sctp", "80/tcp"]), ("8080:80", ["80/tcp"]),
        ("127.0.0.1:8080:80-81/udp", ["80/udp", "81/udp"]), ("[::1]::80", ["80/tcp"]),
    ])
    func aPortIsTheContainers(_ text: String, _ ports: [String]) async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nEXPOSE \(text)")
        #expect(try await fixture.config(image).config?.exposedPorts?.sorted() == ports)
    }

    @Test func theSameContextGivesTheSameDigest() async throws {
        let dockerfile = "FROM scratch\nCOPY . /c/\nCOPY b /\n"
        var digests: Set<Digest> = []
        for (names, time) in [(["a", "b", "c/d"], 1.0), (["c/d", "b", "a"], 1_000_000.0)] {
            let fixture = try BuildFixture()
            for name in names {
                try fixture.file(name, "content of \(name)")
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: time)],
                    ofItemAtPath: fixture.context.appending(name).string)
            }
            digests.insert(try await fixture.build(dockerfile).manifest.digest)
        }
        #expect(digests.count == 1)
    }

    @Test func theTimeIsTheRequestsAndNobodyElses() async throws {
        let fixture = try BuildFixture().file("f")
        let image = try await fixture.build("FROM scratch\nCOPY f /") { $0.created = 951_827_696 }
        let config = try await fixture.config(image)
        #expect(config.created == "2000-02-29T12:34:56Z")
        #expect(config.history?.map(\.created) == ["2000-02-29T12:34:56Z"])
        let early = try await fixture.build("FROM scratch\nCOPY f /") { $0.created = 0 }
        #expect(try await fixture.config(early).created == "1970-01-01T00:00:00Z")
        #expect(early.manifest.digest != image.manifest.digest)
    }

    @Test func labelsAndArgumentsOfTheRequestWin() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build(
            "ARG a=1\nFROM scratch\nARG a\nARG b=2\nARG TARGETARCH\nLABEL x=$a$b$TARGETARCH y=1"
        ) {
            $0.output.labels = ["y": "2"]
            $0.arguments = ["b": "3", "nobody": "4"]
        }
        #expect(try await fixture.config(image).config?.labels == ["x": "13amd64", "y": "2"])
        let warnings = fixture.events.compactMap {
            if case .warning(let warning) = $0 { warning.message } else { nil }
        }
        #expect(warnings == ["the build argument 'nobody' is given but no ARG declares it"])
    }

    @Test func copyFromAnEarlierStageTakesItsFiles() async throws {
        let fixture = try BuildFixture().file("f", "F", mode: 0o755)
        let image = try await fixture.build(
            """
            FROM scratch AS one
            COPY --chown=3:4 f /out/f
            FROM scratch AS unused
            RUN exit 1
            FROM one AS two
            COPY f /out/g
            FROM scratch
            COPY --from=two /out/ /x/
            COPY --from=0 /out/f /y
            """)
        #expect(
            try await fixture.listings(image) == [
                ["x folder 755 0:0", "x/f file 755 3:4 F", "x/g file 755 0:0 F"], ["y file 755 3:4 F"],
            ])
        let stages = fixture.events.compactMap {
            if case .stage(let stage, _, _) = $0 { stage.name } else { nil }
        }
        #expect(stages == ["one", "two", "stage-3"])
    }

    @Test func aStageMayCopyFromALaterOne() async throws {
        let fixture = try BuildFixture().file("f", "F")
        let image = try await fixture.build(
            "FROM scratch AS one\nCOPY --from=two f /\nFROM scratch AS two\nCOPY f /\n"
        ) { $0.target = "one" }
        #expect(try await fixture.listings(image) == [["f file 644 0:0 F"]])
    }

    @Test func entriesAreOrderedByFolderThenByBytes() async throws {
        let fixture = try BuildFixture().file("a/b", "").file("a.b", "").file("a-b", "").file("B", "").file(
            "é", "")
        let image = try await fixture.build("FROM scratch\nCOPY . /")
        let paths = try await fixture.listings(image)[0].map { String($0.prefix { $0 != " " }) }
        #expect(paths == ["B", "a", "a/b", "a-b", "a.b", "é"])
    }

    @Test(arguments: [("one", "1"), ("ONE", "1"), ("0", "1"), ("two", "2")])
    func theTargetIsAStagesNameOrNumber(target: String, label: String) async throws {
        let fixture = try BuildFixture()
        let text = "FROM scratch AS one\nLABEL l=1\nFROM scratch AS two\nLABEL l=2\nFROM scratch\nRUN x"
        let image = try await fixture.build(text) { $0.target = target }
        #expect(try await fixture.config(image).config?.labels == ["l": label])
    }

    @Test func theSampleTasksContextBuilds() async throws {
        let sample = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../tasks/hello-world")
        let fixture = try BuildFixture()
        try Folder.remove(fixture.context)
        try FileManager.default.copyItem(at: sample, to: URL(filePath: fixture.context.string))
        try fixture.file("bin/busybox", "static")
        let image = try await fixture.build("") { $0.dockerfile = nil }
        let listings = try await fixture.listings(image)
        #expect(listings.count == 2)
        #expect(
            listings[0].map { $0.prefix { $0 != "\n" } }.prefix(2) == [
                "bin folder 755 0:0", "bin/busybox file 755 0:0 static",
            ])
        #expect(
            listings[1].map { $0.split(separator: " ")[0] }.suffix(2) == [
                "usr/share/hello/colophon.txt", "usr/share/hello/greeting.txt",
            ])
        #expect(try await fixture.config(image).config?.entrypoint == ["/bin/hello"])
    }

    @Test func tagsNameTheManifestInTheStore() async throws {
        let fixture = try BuildFixture()
        let references = try [Reference("a/b:1"), Reference("localhost:5000/c")]
        let image = try await fixture.build("FROM scratch") { $0.tags = references }
        #expect(try fixture.store.names().map(\.name) == ["docker.io/a/b:1", "localhost:5000/c:latest"])
        #expect(try fixture.store.resolve("localhost:5000/c:latest")?.digest == image.manifest.digest)
    }
}
