// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage
import Testing

/// What the local store may answer for a registry.
@Suite struct StoredBaseImageTests {
    private let registry = WriteOnceRegistry()
    private let folder: TestFolder
    private let store: ImageLayout
    private let bases: StoredBaseImages
    private let amd64 = Platform(os: "linux", architecture: "amd64")
    private let arm64 = Platform(os: "linux", architecture: "arm64")

    init() throws {
        folder = try TestFolder()
        store = try ImageLayout(creating: folder.path.appending("store"))
        bases = StoredBaseImages(
            store: store, registries: RegistryConnector(over: registry, credentials: { _ in nil }))
        try folder.write("hello\n", to: "context/greeting")
    }

    private func build(
        _ dockerfile: String = "FROM scratch\nCOPY greeting /\n", for platform: Platform,
        as names: [String] = []
    ) async throws -> BuiltImage {
        var request = BuildRequest(context: folder.path.appending("context"), platform: platform)
        request.dockerfile = .text(dockerfile, name: "Dockerfile")
        request.tags = try names.map { try Reference($0) }
        return try await ImageBuilder(store: store, bases: bases).build(request)
    }

    private func push(_ image: BuiltImage, as name: String) async throws {
        let repository = try await RegistryConnector(over: registry, credentials: { _ in nil })
            .repository(of: try Reference(name))
        _ = try await repository.push(image.manifest, from: store, as: try Reference(name).tag)
    }

    private func message(of dockerfile: String, for platform: Platform) async -> String {
        let error = await #expect(throws: BuildError.self) {
            _ = try await build(dockerfile, for: platform)
        }
        return error.map { "\($0)" } ?? ""
    }

    @Test func anImageForAnotherPlatformInTheStoreIsNoAnswer() async throws {
        let right = try await build(for: amd64)
        try await push(right, as: "r.io/base:1")
        _ = try await build(for: arm64, as: ["r.io/base:1"])
        let image = try await build("FROM r.io/base:1\nUSER 1", for: amd64)
        #expect(image.base?.digest == right.manifest.digest)
        #expect(try store.resolve("r.io/base:1")?.digest == right.manifest.digest)
    }

    @Test func anImageForAnotherPlatformInTheRegistryIsAnErrorThatNamesBoth() async throws {
        try await push(try await build(for: arm64), as: "r.io/base:1")
        let text = await message(of: "# base\nFROM r.io/base:1", for: amd64)
        #expect(text.hasPrefix("Dockerfile:2:6: error: cannot get the image r.io/base:1: "), "\(text)")
        #expect(text.contains("it is for linux/arm64, not linux/amd64"), "\(text)")
        #expect(text.contains("hint: ") && text.contains("--platform"), "\(text)")
        #expect(try store.names().isEmpty)
    }

    @Test(arguments: ["FROM r.io/base:1", "FROM scratch\nCOPY --from=r.io/base:1 /greeting /"])
    func whereTheRegistryHasNoAnswerTheErrorNamesBothPlatforms(dockerfile: String) async throws {
        _ = try await build(for: arm64, as: ["r.io/base:1"])
        let text = await message(of: dockerfile, for: amd64)
        #expect(text.contains("the local store has it for linux/arm64, not linux/amd64"), "\(text)")
        #expect(try await build(dockerfile, for: arm64).dependencies.count == 1)
    }

    @Test func aNameWithADigestStandsForNothingElse() async throws {
        let right = try await build(for: amd64)
        try await push(right, as: "r.io/base:1")
        let other = try await build("FROM scratch\nUSER 7", for: amd64)
        let name = "r.io/base@\(right.manifest.digest)"
        try await store.tag(other.manifest, as: name)
        let image = try await build("FROM \(name)\nUSER 1", for: amd64)
        #expect(image.base?.digest == right.manifest.digest)
    }

    @Test func anImageOfAnIndexIsBoundToTheIndexInTheStore() async throws {
        let member = try await build(for: amd64)
        var descriptor = member.manifest
        descriptor.platform = amd64
        let index = try Manifest(.index(ImageIndex(manifests: [descriptor])))
        let name = "r.io/base@\(index.descriptor.digest)"
        try await store.tag(member.manifest, as: name)
        _ = await message(of: "FROM \(name)", for: amd64)  // nothing says that the index has it
        _ = try store.store(index.bytes, as: .ociIndex)
        #expect(try await build("FROM \(name)", for: amd64).base?.digest == member.manifest.digest)
    }
}
