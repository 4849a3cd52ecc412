// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import SystemPackage
import Testing

/// Build arguments that are for the builder, not for the Dockerfile.
@Suite struct BuilderArgumentTests {
    private func request(_ name: String, _ value: String) throws -> BuildRequest {
        var request = BuildRequest(context: "/")
        (request.created, request.fileTime) = (5, 0)
        request.arguments[name] = value
        try request.obeyBuilderArguments()
        return request
    }

    @Test func theTimeOfTheImageIsTheOneThatIsGiven() async throws {
        let request = try request("SOURCE_DATE_EPOCH", "1700000001")
        #expect(request.created == 1_700_000_001 && request.fileTime == nil)
        let empty = try self.request("SOURCE_DATE_EPOCH", "")
        #expect(empty.created == 5 && empty.fileTime == 0)

        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build(
            "FROM scratch\nARG SOURCE_DATE_EPOCH\nCOPY a /\nLABEL e=$SOURCE_DATE_EPOCH"
        ) {
            $0.arguments["SOURCE_DATE_EPOCH"] = "1700000001"
            try $0.obeyBuilderArguments()
        }
        let config = try await fixture.config(image)
        #expect(config.created == "2023-11-14T22:13:21Z")
        #expect(config.history?.allSatisfy { $0.created == config.created } ?? false)
        #expect(config.config?.labels == ["e": "1700000001"])
    }

    @Test(arguments: ["1", "true", "True", "t"])
    func whatIsTrueIsAsGoReadsIt(value: String) throws {
        #expect(try request("BUILDKIT_INLINE_CACHE", value).caching.isInline)
        #expect(try request("BUILDKIT_MULTI_PLATFORM", value).output.alwaysHasIndex)
    }

    @Test(arguments: ["0", "false", "F", ""])
    func whatIsNotTrueChangesNothing(value: String) throws {
        #expect(try !request("BUILDKIT_INLINE_CACHE", value).caching.isInline)
        #expect(try !request("BUILDKIT_MULTI_PLATFORM", value).output.alwaysHasIndex)
    }

    @Test func theMachineAndItsCachesGetNames() throws {
        #expect(try request("BUILDKIT_SANDBOX_HOSTNAME", "box").running.hostname == "box")
        #expect(try request("BUILDKIT_CACHE_MOUNT_NS", "team").running.cacheNamespace == "team")
        #expect(try request("BUILDKIT_CACHE_MOUNT_NS", "").running.cacheNamespace == nil)
    }

    @Test(arguments: [
        ("SOURCE_DATE_EPOCH", "yesterday", "since 1970"), ("SOURCE_DATE_EPOCH", "-1", "since 1970"),
        ("SOURCE_DATE_EPOCH", "253402300800", "year 9999"),
        ("BUILDKIT_INLINE_CACHE", "yes", "true nor false"),
        ("BUILDKIT_SANDBOX_HOSTNAME", "a b", "no name"), ("BUILDKIT_SANDBOX_HOSTNAME", "a/b", "no name"),
    ])
    func aValueThatMeansNothingIsRefused(name: String, value: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) { try request(name, value) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func anIndexIsMadeForOnePlatform() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let text = "FROM scratch\nCOPY a /"
        let alone = try await fixture.build(text)
        let image = try await fixture.build(text) {
            $0.output.alwaysHasIndex = true
            $0.output.annotations = [ImageAnnotation(.index, "k"): "v"]
        }
        #expect(image.manifest.mediaType == .ociIndex && image.images.map(\.manifest) == [alone.manifest])
        let bytes = try await fixture.store.read(image.manifest, limitBytes: 1 << 20)
        guard case .index(let index) = try Manifest(bytes, mediaType: .ociIndex).content else { return }
        #expect(index.annotations == ["k": "v"])
    }

    @Test func thoseOfTheBuilderNeedNoArg() async throws {
        let fixture = try BuildFixture()
        let (_, log) = try await fixture.cachedBuild("FROM scratch\nARG mine") {
            for argument in BuilderArgument.allCases where argument != .check && argument != .syntax {
                $0.arguments[argument.rawValue] = "1"
            }
            $0.arguments["BUILDKIT_SYNTAX"] = "docker/dockerfile:1"
        }
        #expect(log.warnings == [])
        let (_, other) = try await fixture.cachedBuild("FROM scratch\nARG mine") {
            $0.arguments = ["BUILDKIT_INLINE_CACH": "1", "BUILDKIT_SYNTAX": "example/front:1"]
        }
        #expect(
            other.warnings == [
                "the build argument 'BUILDKIT_INLINE_CACH' is given but no ARG declares it",
                "the front end example/front:1 is not loaded: there is one here, which reads Dockerfile syntax 1.x",
            ])
    }

    @Test(arguments: [
        ("https://h/r.git", "1", true), ("https://h/r.git", "0", false), ("https://h/r.git", "", nil),
        ("https://h/r.git?keep-git-dir=false", "1", false),
    ])
    func theRepositoryIsKeptWhereTheAddressDoesNotSayOtherwise(
        address: String, value: String, keeps: Bool?
    ) throws {
        var location = try BuildContextLocation.parse(address)
        try location.obeyBuilderArguments(["BUILDKIT_CONTEXT_KEEP_GIT_DIR": value])
        guard case .git(let git) = location else {
            Issue.record("no git address")
            return
        }
        #expect(git.keepsGitFolder == keeps)
    }
}
