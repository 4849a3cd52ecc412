// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import RegistryServer
import RegistryTransport
import Synchronization
import SystemPackage
import Testing

/// What refused pushes leave is removed on demand, and never what is needed.
@Suite struct GarbageCollectionTests {
    private let layer = Array("a layer that only a refused image has".utf8)

    /// What a collection says that it removed.
    private struct Removed: Equatable {
        var links: Int64 = 0
        var blobs: Int64 = 0
        var bytes: Int64 = 0
        var uploads: Int64 = 0
    }

    private func collect(_ registry: TestRegistry, _ query: String = "?older-than=0") async throws -> Removed
    {
        let response = try await registry.admin(.post, "gc\(query)")
        #expect(response.status == 200, "\(response.text)")
        let json = try response.json()
        return Removed(
            links: json["links"]?.integer ?? -1, blobs: json["blobs"]?.integer ?? -1,
            bytes: json["bytes"]?.integer ?? -1, uploads: json["uploads"]?.integer ?? -1)
    }

    private func file(_ digest: Digest, _ registry: TestRegistry) -> FilePath {
        registry.dataFolder.appending("blobs/sha256/\(digest.encoded.prefix(2))/\(digest.encoded)")
    }

    private func config(_ text: String) -> [UInt8] { Array(#"{"text": "\#(text)"}"#.utf8) }

    @Test func removesWhatARefusedPushLeft() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "r")
            #expect(try await registry.push(a, to: "r", as: "v1").status == 201)
            let b = try await registry.image("b", in: "r")
            #expect(try await registry.push(b, to: "r", as: "v1").status == 409)
            let refused = Digest(of: config("b"))
            let expected = Removed(links: 1, blobs: 1, bytes: Int64(config("b").count))
            let dry = try await collect(registry, "?older-than=0&dry-run=true")
            #expect(dry == expected)
            #expect(try await registry.send(.head, "/v2/r/blobs/\(refused)").status == 200)
            let removed = try await collect(registry)
            #expect(removed == expected)
            #expect(try await registry.send(.head, "/v2/r/blobs/\(refused)").status == 404)
            #expect(WholeFile.size(file(refused, registry)) == nil)
            #expect(
                try await registry.send(.get, "/v2/r/blobs/\(Digest(of: config("a")))").body == config("a"))
            #expect(try await registry.send(.get, "/v2/r/manifests/v1").body == a.bytes)
            let event = try #require(try await registry.events("?n=1").first)
            #expect(event["action"]?.string == "blobs-collected")
            #expect(event["detail"]?["blobs"] == .integer(1))
            let again = try await collect(registry)
            #expect(again == Removed())
        }
    }

    @Test func keepsWhatIsNewUnlessItIsToldOtherwise() async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: layer, to: "r")
            for query in ["", "?older-than=3600"] {
                let removed = try await collect(registry, query)
                #expect(removed == Removed())
            }
            #expect(try await registry.send(.get, "/v2/r/blobs/\(digest)").body == layer)
        }
    }

    @Test func takesABlobFromTheRepositoryThatDoesNotNeedItOnly() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("a", in: "used")
            #expect(try await registry.push(image, to: "used", as: "v1").status == 201)
            let digest = try await registry.push(blob: config("a"), to: "unused")
            let removed = try await collect(registry)
            #expect(removed == Removed(links: 1))
            #expect(try await registry.send(.get, "/v2/used/blobs/\(digest)").body == config("a"))
            #expect(try await registry.send(.get, "/v2/unused/blobs/\(digest)").status == 404)
        }
    }

    @Test func takesWhatDeletedManifestsNeeded() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("a", in: "r")
            let index = TestManifest.index([try image.descriptor])
            #expect(try await registry.push(image, to: "r", as: "\(image.digest)").status == 201)
            #expect(try await registry.push(index, to: "r", as: "v1").status == 201)
            let kept = try await collect(registry)
            #expect(kept == Removed())
            for digest in [index.digest, image.digest] {
                #expect(try await registry.send(.delete, "/v2/r/manifests/\(digest)").status == 202)
            }
            let removed = try await collect(registry)
            #expect(removed == Removed(links: 1, blobs: 1, bytes: Int64(config("a").count)))
        }
    }

    @Test func removesFilesThatNothingKnows() async throws {
        try await withTestRegistry { registry in
            let digest = Digest(of: layer)
            let stray = file(digest, registry)
            try Folder.create(stray.removingLastComponent())
            try WholeFile.write(layer, to: stray)
            try WholeFile.write([1], to: stray.removingLastComponent().appending("not-a-digest"))
            let young = try await collect(registry, "")
            #expect(young == Removed())
            let removed = try await collect(registry)
            #expect(removed == Removed(blobs: 1, bytes: Int64(layer.count)))
            #expect(WholeFile.size(stray) == nil)
        }
    }

    @Test func anUploadGoesWhenNobodyHasWrittenToItForADay() async throws {
        try await withTemporaryFolder { folder in
            let configuration = RegistryConfiguration(dataFolder: folder)
            var locations: [String] = []
            try await withTestRegistry(configuration) { registry in
                for _ in 0..<2 {
                    let start = try await registry.send(.post, "/v2/r/blobs/uploads/")
                    let location = try #require(start.headers["Location"])
                    #expect(try await registry.send(.patch, location, body: layer).status == 202)
                    locations.append(location)
                }
                try age(locations[0], in: folder)
                let removed = try await collect(registry)
                #expect(removed == Removed(uploads: 1))
                #expect(try await registry.send(.get, locations[0]).status == 404)
                try age(locations[1], in: folder)
            }
            try await withTestRegistry(configuration) { registry in
                let status = try await registry.send(.get, locations[1]).status
                let names = try Folder.names(in: folder.appending("uploads"))
                #expect(status == 404)
                #expect(names.isEmpty)
            }
        }
    }

    /// Makes an upload look as if its last byte had come two days ago.
    private func age(_ location: String, in folder: FilePath) throws {
        let session = try #require(location.split(separator: "/").last)
        let names = try Folder.names(in: folder.appending("uploads"))
        let name = try #require(names.first { $0.hasPrefix(session) })
        let then = timeval(tv_sec: time(nil) - 2 * 24 * 3600, tv_usec: 0)
        #expect(utimes(folder.appending("uploads").appending(name).string, [then, then]) == 0)
    }

    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isOver: Bool { value.withLock { $0 } }
        func end() { value.withLock { $0 = true } }
    }

    /// Pushes and collections at the same moment: a push may have to begin again, and what it ends with is whole.
    @Test func neverTakesWhatAPushIsAbout() async throws {
        try await withTestRegistry { registry in
            let pushing = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !pushing.isOver { _ = try await collect(registry) }
                }
                try await withThrowingTaskGroup(of: Void.self) { pushes in
                    for writer in 0..<4 {
                        pushes.addTask { try await push(25, as: writer, to: registry) }
                    }
                    try await pushes.waitForAll()
                }
                pushing.end()
                try await group.waitForAll()
            }
        }
    }

    private func push(_ count: Int, as writer: Int, to registry: TestRegistry) async throws {
        for number in 0..<count {
            let image = try await registry.image("\(number)", in: "r\(writer)")
            let answer = try await registry.push(image, to: "r\(writer)", as: "v\(number)")
            guard answer.status != 404 else {
                #expect(answer.code == "MANIFEST_BLOB_UNKNOWN")
                continue
            }
            #expect(answer.status == 201)
            let blob = Digest(of: config("\(number)"))
            let stored = try await registry.send(.get, "/v2/r\(writer)/blobs/\(blob)").body
            #expect(stored == config("\(number)"))
        }
    }

    @Test(arguments: ["older-than=-1", "older-than=soon", "older-than=99999999999", "dry-run=maybe"])
    func refusesWhatItDoesNotUnderstand(query: String) async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: layer, to: "r")
            #expect(try await registry.admin(.post, "gc?\(query)").status == 400)
            #expect(try await registry.admin(.get, "gc?older-than=0").status == 405)
            #expect(try await registry.send(.post, "/api/v1/gc?older-than=0").status == 401)
            #expect(try await registry.send(.head, "/v2/r/blobs/\(digest)").status == 200)
        }
    }
}
