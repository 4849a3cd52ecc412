// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct LayoutNameTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
    }

    @Test func aNameStandsForTheLastThingItWasGivenTo() async throws {
        let first = try SampleImage.store(in: layout, text: "first")
        let second = try SampleImage.store(in: layout, text: "second")
        try await layout.tag(first, as: "app:1")
        try await layout.tag(first, as: "app:also")
        try await layout.tag(second, as: "app:1")
        #expect(try layout.resolve("app:1")?.digest == second.digest)
        #expect(try layout.resolve("app:also")?.digest == first.digest)
        #expect(try layout.names().map(\.name) == ["app:1", "app:also"])
        #expect(try layout.roots().count == 2)
    }

    @Test func aNameThatIsTakenAwayStandsForNothing() async throws {
        let image = try SampleImage.store(in: layout)
        try await layout.tag(image, as: "app:1")
        #expect(try await layout.untag("app:1")?.digest == image.digest)
        #expect(try layout.resolve("app:1") == nil)
        #expect(try await layout.untag("app:1") == nil)
        #expect(try await layout.contains(image))
    }

    @Test func whatElseTheDescriptorSaysIsKept() async throws {
        var image = try SampleImage.store(in: layout)
        image.platform = Platform(os: "linux", architecture: "arm64")
        image.annotations = ["note": "kept", Descriptor.refNameAnnotation: "old"]
        try await layout.tag(image, as: "app:1")
        let found = try #require(try layout.resolve("app:1"))
        #expect(found.platform == image.platform)
        #expect(found.annotations == ["note": "kept", Descriptor.refNameAnnotation: "app:1"])
        #expect(try layout.resolve("old") == nil)
    }

    @Test func onlyWhatIsInTheStoreGetsAName() async throws {
        let missing = Descriptor(mediaType: .ociManifest, of: [1])
        await #expect(throws: ImageStoreError.missing(missing.digest)) {
            try await layout.tag(missing, as: "app:1")
        }
        #expect(try layout.names().isEmpty)
    }

    @Test(arguments: ["", "two words", "new\nline", "ő"])
    func aNameIsVisibleASCII(_ name: String) async throws {
        let image = try SampleImage.store(in: layout)
        await #expect(throws: ImageStoreError.invalidName(name)) { try await layout.tag(image, as: name) }
    }

    @Test func namesGivenAtTheSameTimeAreAllKept() async throws {
        let image = try SampleImage.store(in: layout)
        let folder = layout.folder
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<24 {
                group.addTask { try await ImageLayout(folder).tag(image, as: "app:\(index)") }
            }
            try await group.waitForAll()
        }
        #expect(try Set(layout.names().map(\.name)) == Set((0..<24).map { "app:\($0)" }))
    }

    @Test func anIndexThatCannotBeReadIsAnErrorAndStaysAsItIs() async throws {
        let image = try SampleImage.store(in: layout)
        let index = layout.folder.appending("index.json")
        try WholeFile.write(Array("{\"manifests\": 3}".utf8), to: index)
        #expect(throws: ImageStoreError.self) { try layout.resolve("app:1") }
        await #expect(throws: (any Error).self) { try await layout.tag(image, as: "app:1") }
        #expect(try WholeFile.read(index) == Array("{\"manifests\": 3}".utf8))
    }
}
