// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import SystemPackage
import Testing

/// Images that tell what made their layers, and caches of which only a part is needed.
@Suite struct InlineCacheTests {
    private static let text =
        "FROM scratch AS other\nCOPY b /b\nFROM scratch\nCOPY a /a\nCOPY --from=other /b /c\nWORKDIR /w"
    private static let member = "stet.build-cache.v1"

    private func fixture() throws -> BuildFixture { try BuildFixture().file("a", "A").file("b", "B") }

    /// Builds with an inline cache, and puts the image into a layout as a registry would have it.
    private func export(
        _ here: BuildFixture, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> (image: BuiltImage, folder: FilePath) {
        let image = try await here.cachedBuild(Self.text) {
            $0.caching.isInline = true
            try change(&$0)
        }.image
        let folder = here.root.appending("layout")
        let layout = try ImageLayout(creating: folder)
        try await copyGraph([image.manifest], from: here.store, to: layout)
        try await layout.tag(image.manifest, as: "build-cache")
        return (image, folder)
    }

    @Test(arguments: [[Platform.host], [.host, Platform(os: "linux", architecture: "s390x")]])
    func anImageServesAsACacheOnAnotherMachine(platforms: [Platform]) async throws {
        let here = try fixture()
        let (image, folder) = try await export(here) { $0.platforms = platforms }
        let there = try fixture()
        let (again, log) = try await there.cachedBuild(Self.text) {
            $0.platforms = platforms
            $0.caching.imports = [.folder(folder)]
            $0.caching.isInline = true
        }
        #expect(log.done.filter { $0.hasPrefix("COPY a") || $0.hasPrefix("WORKDIR") }.isEmpty)
        #expect(again.manifest == image.manifest)
        #expect(try await there.store.check().isEmpty)
        withExtendedLifetime(here) {}
    }

    @Test func theImageKnowsOnlyWhatMadeItsLayers() async throws {
        let here = try fixture()
        let image = try await export(here).image
        let config = try await here.config(image)
        let steps = config.unknown[Self.member]?["steps"]?.array ?? []
        #expect(steps.count == 3)
        #expect(try await here.manifest(image).layers.count == 3)
    }

    @Test func aCacheDoesNotChangeTheLayersAndIsNotInherited() async throws {
        let here = try fixture()
        let image = try await export(here).image
        let plain = try await here.cachedBuild(Self.text).image
        #expect(try await here.manifest(plain).layers == here.manifest(image).layers)
        #expect(plain.manifest != image.manifest)
        let derived = try await here.cachedBuild("FROM base\nLABEL a=b") {
            $0.namedContexts["base"] = .layout(here.root.appending("layout"), name: nil)
        }.image
        #expect(try await here.config(derived).unknown[Self.member] == nil)
    }

    @Test func anImageWithoutACacheIsAWarning() async throws {
        let here = try fixture()
        let (_, folder) = try await export(here) { $0.caching.isInline = false }
        let (_, log) = try await fixture().cachedBuild(Self.text) { $0.caching.imports = [.folder(folder)] }
        #expect(log.warnings.contains { $0.contains("--cache-to type=inline") })
        #expect(log.cached.isEmpty)
        withExtendedLifetime(here) {}
    }

    @Test func onlyLayersThatAreHitAreFetched() async throws {
        let here = try fixture()
        let (image, folder) = try await export(here)
        let there = try fixture().file("a", "other")
        _ = try await there.cachedBuild("FROM scratch\nWORKDIR /w") { $0.caching.imports = [.folder(folder)] }
        let layers = try await ImageLayout(folder).read(image.manifest, limitBytes: 1 << 20)
        guard case .image(let manifest) = try Manifest(layers, mediaType: image.manifest.mediaType).content
        else {
            return
        }
        #expect(manifest.layers.map { there.store.has($0) } == [false, false, true])
        withExtendedLifetime(here) {}
    }

    @Test(arguments: [
        ("type=inline", CacheTarget.inline), ("type=inline,mode=min", .inline),
        ("type=local,dest=x", .location(.folder("x"))),
    ])
    func targetsAreRead(_ text: String, _ target: CacheTarget) throws {
        #expect(try CacheTarget(text) == target)
    }

    @Test func whatCachesAlwaysAreMayBeSaid() throws {
        let text = "type=registry,ref=r.example/c:1,mode=max,image-manifest=true,oci-mediatypes=true"
        #expect(try CacheTarget(text) == .location(.registry(Reference("r.example/c:1"))))
    }

    @Test(arguments: [
        ("type=inline,ref=x", "ref means nothing"), ("type=gha", "no type=gha here"),
        ("type=registry,ref=x,image-manifest=false", "always an OCI artifact"), ("", "reference"),
    ])
    func otherTargetsAreRefused(_ text: String, _ reason: String) {
        let error = #expect(throws: InvalidValue.self) { try CacheTarget(text) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func anInlineCacheIsNotReadByThatName() {
        let error = #expect(throws: InvalidValue.self) { try CacheLocation("type=inline") }
        #expect(error?.description.contains("type=registry,ref=IMAGE") ?? false)
    }
}
