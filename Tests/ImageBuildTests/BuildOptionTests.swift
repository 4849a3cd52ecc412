// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SourceText
import SystemPackage
import Testing

/// What options of a build mean, and what a build says of what is wrong.
@Suite struct BuildOptionTests {
    // MARK: Platforms

    @Test(arguments: [
        ("linux/amd64", "linux/amd64"), ("arm64", "linux/arm64"), ("aarch64", "linux/arm64"),
        ("arm", "linux/arm/v7"), ("s390x", "linux/s390x"), ("linux", Platform.host.description),
        ("local", Platform.host.description), ("linux/arm/v6", "linux/arm/v6"),
    ])
    func aPlatformCanBeSaidInPart(text: String, platform: String) throws {
        #expect(try Platform(partial: text).description == platform)
    }

    @Test(arguments: ["", "pdp11", "linux/", "/amd64", "linux/arm/v7/x"])
    func othersAreNone(text: String) {
        #expect(throws: InvalidValue.self) { try Platform(partial: text) }
    }

    @Test func platformsAreBuiltOnce() throws {
        let platforms = try BuildRequest.parsePlatforms([
            "linux/amd64, arm64", "", "linux/arm64/v8,linux/x86_64",
        ])
        #expect(platforms.map(\.description) == ["linux/amd64", "linux/arm64"])
    }

    // MARK: Annotations

    @Test(arguments: [
        ("k", ["manifest:k"]), ("a.b/c", ["manifest:a.b/c"]), ("index:k", ["index:k"]),
        ("index,manifest:k", ["index:k", "manifest:k"]), ("manifest:k:l", ["manifest:k:l"]),
        ("manifest[linux/amd64],index-descriptor:k", ["manifest[linux/amd64]:k", "index-descriptor:k"]),
        ("manifest-descriptor[arm64]:k", ["manifest-descriptor[linux/arm64]:k"]),
    ])
    func annotationsSayTheirPlaces(text: String, places: [String]) throws {
        #expect(try ImageAnnotation.parse(text).map(\.description) == places)
    }

    @Test(arguments: [
        ("", "no name"), ("index:", "no name"), ("com.example:k", "\"com.example\" is none of manifest"),
        ("manifest[linux/amd64:k", "written manifest[linux/amd64]"), ("manifest[x]:k", "platform"),
        ("index,:k", "\"\" is none of"),
    ])
    func otherAnnotationsAreRefused(text: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) { try ImageAnnotation.parse(text) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func outputsSayThemToo() throws {
        let text =
            "type=oci,dest=x,annotation[arm64].k=1,annotation-index-descriptor.k=2,annotation-manifest.a.b=3"
        let annotations = try BuildDestination(text).settings.annotations
        #expect(
            Dictionary(uniqueKeysWithValues: annotations.map { ($0.key.description, $0.value) })
                == ["manifest[linux/arm64]:k": "1", "index-descriptor:k": "2", "manifest:a.b": "3"])
        #expect(throws: InvalidValue.self) { try BuildDestination("type=oci,dest=x,annotation-config.k=1") }
        #expect(throws: InvalidValue.self) { try BuildDestination("type=oci,dest=x,annotations.k=1") }
    }

    @Test func eachLevelGetsItsOwn() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let (amd64, arm64) = (try Platform("linux/amd64"), try Platform("linux/arm64"))
        let image = try await fixture.build("FROM scratch\nCOPY a /") {
            $0.platforms = [amd64, arm64]
            $0.tags = [try Reference("app:1")]
            $0.output.annotations = [
                ImageAnnotation(.manifest, "m"): "all", ImageAnnotation(.manifest, "m", of: arm64): "arm",
                ImageAnnotation(.index, "i"): "1", ImageAnnotation(.indexDescriptor, "d"): "2",
                ImageAnnotation(.manifestDescriptor, "e", of: amd64): "3",
            ]
        }
        #expect(image.manifest.annotations == ["d": "2"])
        let bytes = try await fixture.store.read(image.manifest.identity, limitBytes: 1 << 20)
        guard case .index(let index) = try Manifest(bytes, mediaType: .ociIndex).content else {
            Issue.record("no index")
            return
        }
        #expect(index.annotations == ["i": "1"])
        #expect(index.manifests.map(\.annotations) == [["e": "3"], nil])
        var ofManifests: [[String: String]?] = []
        for descriptor in index.manifests {
            let bytes = try await fixture.store.read(descriptor.identity, limitBytes: 1 << 20)
            ofManifests.append(
                try JSONDocument.decode(ImageManifest.self, from: bytes, noun: "manifest").annotations)
        }
        #expect(ofManifests == [["m": "all"], ["m": "arm"]])
        #expect(try await fixture.store.find("docker.io/library/app:1")?.annotations?["d"] == "2")
        let metadata = String(decoding: try image.metadata(names: []), as: UTF8.self)
        #expect(metadata.contains("\"d\"") && !metadata.contains("\"platform\""))
    }

    @Test func onePlatformHasNoIndexToAnnotate() async throws {
        let error = await #expect(throws: BuildError.self) {
            try await BuildFixture().build("FROM scratch\nLABEL a=b") {
                $0.output.annotations = [ImageAnnotation(.index, "k"): "v"]
            }
        }
        #expect(error.map { "\($0)".contains("manifest:NAME") } ?? false, "\(String(describing: error))")
    }

    // MARK: Caches and outputs

    @Test(arguments: [
        "type=registry,ref=r.io/c,ignore-error=true",
        "type=local,dest=x,compression=zstd,compression-level=3",
        "type=local,dest=x,force-compression=false,oci-mediatypes=1,image-manifest=true",
        "type=inline,ignore-error=true", "type=local,dest=x,compression=zstd,force-compression=true",
    ])
    func whatIsSaidOfCachesIsTaken(text: String) throws {
        _ = try CacheTarget(text)
        #expect(try CacheTarget.ignoresErrors(text) == text.contains("ignore-error"))
    }

    @Test(arguments: [
        ("type=local,dest=x,digest=sha256:\(String(repeating: "0", count: 64))", "leave out digest"),
        ("type=local,dest=x,force-compression=maybe", "neither true nor false"),
        ("type=local,dest=x,ignore-error=maybe", "neither true nor false"),
    ])
    func whatCachesDoNotDoIsRefused(text: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) { try CacheTarget(text) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    /// What a cache insists on, what the image has, and whether they are the same.
    @Test(
        arguments: [
            (
                "type=local,dest=x,compression=zstd,force-compression=true", LayerCompression.zstd(level: 3),
                true
            ),
            ("type=local,dest=x,compression=zstd,force-compression=true", .standard, false),
            ("type=local,dest=x,compression=uncompressed,force-compression=true", .none, true),
            ("type=local,dest=x,compression=zstd", .standard, true),
            ("type=local,dest=x,force-compression=true", .standard, true),
        ])
    func aCacheHasTheCompressionOfTheImage(text: String, compression: LayerCompression, isTaken: Bool) throws
    {
        var request = BuildRequest(context: ".")
        request.output.compression = compression
        if let name = try CacheTarget.forcedCompression(text) {
            request.caching.forcedCompressions.insert(name)
        }
        guard !isTaken else { return try request.check() }
        let error = #expect(throws: InvalidValue.self) { try request.check() }
        #expect(error?.description.contains("build with --compression zstd") ?? false)
    }

    @Test func aCacheThatNeedNotBeWrittenIsAWarning() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let file = fixture.context.appending("a")
        let (_, log) = try await fixture.cachedBuild("FROM scratch\nCOPY a /") {
            $0.caching.exports = [.folder(file)]
            $0.caching.optionalExports = [.folder(file)]
        }
        #expect(log.warnings.count == 1 && log.warnings[0].contains("cannot be written to \(file)"))
    }

    @Test(arguments: [
        ("oci-archive:x.tar", "type=oci,dest=x.tar"), ("oci:d", "type=oci,tar=false,dest=d"),
        ("docker-archive:x", "type=docker,dest=x"), ("docker://r.io/x:1", "-t r.io/x:1 --push"),
    ])
    func aPlaceAsCopySpellsItIsNoFolder(text: String, form: String) throws {
        let error = #expect(throws: InvalidValue.self) { try BuildDestination(text) }
        #expect(error?.description.contains("write \(form)") ?? false, "\(String(describing: error))")
        #expect(try BuildDestination("./\(text)").place == .folder(FilePath("./\(text)")))
    }

    // MARK: The Dockerfile

    @Test func theDockerfileInSmallLettersIsTakenWhereNoOtherIs() async throws {
        let fixture = try BuildFixture().file("dockerfile", "FROM scratch\nLABEL from=small")
        let small = try await fixture.build("") { $0.dockerfile = nil }
        #expect(try await fixture.config(small).config?.labels == ["from": "small"])
        try fixture.file("Dockerfile", "FROM scratch\nLABEL from=usual")
        let usual = try await fixture.build("") { $0.dockerfile = nil }
        #expect(try await fixture.config(usual).config?.labels == ["from": "usual"])
    }

    @Test(arguments: [
        ("FROM scratch AS builder\nFROM scratch\nCOPY --from=buildr a /", "did you mean the stage builder?"),
        ("FROM scratch AS builder\nFROM buildr", "did you mean the stage builder?"),
        (
            "FROM builder AS a\nFROM scratch AS builder\nFROM a",
            "the stage builder comes later in the file: move it up"
        ),
    ])
    func anImageThatIsNotThereMayBeAStage(text: String, hint: String) async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) { try await fixture.build(text) }
        #expect(error?.diagnostics.first?.hint == hint, "\(String(describing: error))")
    }

    @Test func whatFailsInAStepHasTheLinesAround() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let text = "FROM scratch\nCOPY a /\nLABEL x=1\nCOPY gone \\\n  /x\nUSER 1\nUSER 2\nUSER 3"
        let error = await #expect(throws: BuildError.self) { try await fixture.build(text) }
        let lines = try #require(error?.diagnostics.first?.surroundings)
        #expect(lines.map(\.number) == [2, 3, 4, 5, 6, 7])
        #expect(lines.filter(\.isMarked).map(\.text) == ["COPY gone \\", "  /x"])
        let parse = await #expect(throws: BuildError.self) {
            try await fixture.build("FROM scratch\nCOPPY a /")
        }
        #expect(parse?.diagnostics.first?.surroundings == [])
    }

    @Test func credentialsOfURLsAreNotTold() async throws {
        let fixture = try BuildFixture()
        let text = "FROM scratch\nLABEL from=http://usr:s3cret@host/x\nADD http://usr:s3cret@host/x /x"
        let error = await #expect(throws: BuildError.self) { try await fixture.build(text) }
        #expect(error.map { !"\($0)".contains("s3cret") } ?? false)
        let steps = fixture.events.compactMap { event in
            if case .step(let step) = event { step.text } else { nil }
        }
        #expect(steps == ["LABEL from=http://***@host/x", "ADD http://***@host/x /x"])
        let image = try await fixture.build("FROM scratch\nLABEL from=http://usr:s3cret@host/x")
        let history = try await fixture.config(image).history?.compactMap(\.createdBy)
        #expect(history == ["LABEL from=http://***@host/x"])
    }
}
