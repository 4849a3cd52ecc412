// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage
import Testing

@Suite struct RaceTests {
    /// Pushes all images to one tag at once, the last bytes at the same moment, over all registries in turn.
    private func race(
        _ images: [TestManifest], to target: String, over registries: [TestRegistry]
    ) async throws -> [(image: TestManifest, response: HTTPResponse)] {
        let barrier = SendBarrier(parties: images.count)
        return try await withThrowingTaskGroup(of: (TestManifest, HTTPResponse).self) { group in
            for (index, image) in images.enumerated() {
                let registry = registries[index % registries.count]
                group.addTask {
                    var request = try registry.request(
                        .put, target, ["Content-Type": image.mediaType], body: image.bytes)
                    request.barrier = barrier
                    return (image, try await registry.send(request))
                }
            }
            return try await group.reduce(into: []) { $0.append((image: $1.0, response: $1.1)) }
        }
    }

    private func expectOneWinner(
        _ results: [(image: TestManifest, response: HTTPResponse)], _ tag: String, _ registry: TestRegistry
    ) async throws {
        let winners = results.filter { $0.response.status == 201 }
        #expect(winners.count == 1)
        let winner = try #require(winners.first).image
        #expect(try await registry.resolve(tag, in: "r") == winner.digest.description)
        let losers = results.filter { $0.response.status != 201 }
        #expect(Set(losers.map(\.response.text)).count == 1)
        for loser in losers {
            #expect(loser.response.status == 409)
            #expect(loser.response.error?.detail?["digest"]?.string == winner.digest.description)
        }
    }

    private func images(_ count: Int, _ registry: TestRegistry) async throws -> [TestManifest] {
        var images: [TestManifest] = []
        for index in 0..<count { images.append(try await registry.image("\(index)", in: "r")) }
        return images
    }

    @Test func givesATagToOneOf32Writers() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let images = try await images(32, registry)
            for round in 0..<20 {
                let results = try await race(images, to: "/v2/r/manifests/t\(round)", over: [registry])
                try await expectOneWinner(results, "t\(round)", registry)
            }
        }
    }

    @Test func givesATagToOneWriterOfTwoRegistriesOverOneFolder() async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.writeOnce = .required
            let shared = configuration
            try await withTestRegistry(shared) { first in
                try await withTestRegistry(shared) { second in
                    let images = try await images(16, first)
                    for round in 0..<10 {
                        let results = try await race(
                            images, to: "/v2/r/manifests/t\(round)", over: [first, second])
                        try await expectOneWinner(results, "t\(round)", second)
                    }
                    try await expectSharedPolicies(first, second)
                }
            }
        }
    }

    /// What one registry is told, the other one obeys with its next request.
    private func expectSharedPolicies(_ first: TestRegistry, _ second: TestRegistry) async throws {
        let other = try await second.image("other", in: "r")
        #expect(try await second.push(other, to: "r", as: "t0").status == 409)
        #expect(try await first.admin(.patch, "policies/registry", #"{"enabled": false}"#).status == 200)
        #expect(try await second.push(other, to: "r", as: "t0").status == 201)
        #expect(try await first.resolve("t0", in: "r") == other.digest.description)
    }

    @Test func givesSameBytesToEveryoneWhereThePolicyAllowsIt() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "registry", "identicalPush": "allow"}"#)
            let (a, b) = (try await registry.image("a", in: "r"), try await registry.image("b", in: "r"))
            for round in 0..<5 {
                let camps = (0..<16).map { $0 % 2 == 0 ? a : b }
                let results = try await race(camps, to: "/v2/r/manifests/t\(round)", over: [registry])
                let standing = try await registry.resolve("t\(round)", in: "r")
                for result in results {
                    let hasWon = result.image.digest.description == standing
                    #expect(result.response.status == (hasWon ? 201 : 409))
                }
            }
        }
    }

    @Test func keepsEveryOneOfManyTagsPushedAtOnce() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let image = try await registry.image("x", in: "r")
            let lacking = TestManifest.image(config: Descriptor(mediaType: .ociConfig, of: [9]))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        // A push that fails shares its transaction with others and must not touch them.
                        let isGood = index % 4 != 0
                        let manifest = isGood ? image : lacking
                        let response = try await registry.push(manifest, to: "r", as: "t\(index)")
                        #expect(response.status == (isGood ? 201 : 404))
                    }
                }
                try await group.waitForAll()
            }
            let tags = try await registry.send(.get, "/v2/r/tags/list").json()["tags"]?.array
            #expect(tags?.count == 48)
        }
    }

    @Test func letsADeletionAndAPushHappenInOneOrder() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "registry", "deletion": "allow", "reuse": "allow"}"#)
            let (a, b) = (try await registry.image("a", in: "r"), try await registry.image("b", in: "r"))
            for round in 0..<20 {
                let tag = "t\(round)"
                #expect(try await registry.push(a, to: "r", as: tag).status == 201)
                async let deleting = registry.send(.delete, "/v2/r/manifests/\(tag)")
                async let pushing = registry.push(b, to: "r", as: tag)
                let (deleted, pushed) = (try await deleting.status, try await pushing.status)
                #expect(deleted == 202)
                let standing = try await registry.resolve(tag, in: "r")
                switch pushed {
                case 201: #expect(standing == b.digest.description || standing == nil)
                case 409: #expect(standing == nil)
                default: Issue.record("push answered \(pushed)")
                }
            }
        }
    }
}
