// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage
import Testing

@Suite struct RegistryServerTests {
    @Test func saysThatAnotherProgramHasItsPort() async throws {
        try await withTestRegistry { registry in
            let port = try #require(registry.address.split(separator: ":").last.flatMap { Int($0) })
            try await withTemporaryFolder { folder in
                let configuration = RegistryConfiguration(port: port, dataFolder: folder)
                await #expect(throws: RegistryServerError.addressInUse(registry.address)) {
                    try await withRegistry(configuration) { _ in Issue.record("it runs") }
                }
            }
        }
    }

    @Test func saysThatItCannotListenOnAnAddressOfAnotherMachine() async throws {
        try await withTemporaryFolder { folder in
            let configuration = RegistryConfiguration(host: "192.0.2.1", dataFolder: folder)
            let error = await #expect(throws: RegistryServerError.self) {
                try await withRegistry(configuration) { _ in Issue.record("it runs") }
            }
            guard case .cannotListen = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func saysThatTheDataFolderIsNone() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending("file")
            try WholeFile.write([1], to: file)
            for path in [file, file.appending("below")] {
                let error = #expect(throws: RegistryServerError.self) {
                    try RegistryServer(RegistryConfiguration(dataFolder: path))
                }
                guard case .unusableDataFolder(path, _) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test func saysThatTheDatabaseIsNone() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending("registry.sqlite")
            let bytes = Array(String(repeating: "this is no database. ", count: 100).utf8)
            try WholeFile.write(bytes, to: file)
            let error = #expect(throws: RegistryServerError.self) {
                try RegistryServer(RegistryConfiguration(dataFolder: folder))
            }
            guard case .unusableDatabase(file, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try WholeFile.read(file) == bytes)
        }
    }

    @Test func findsEverythingAgainAfterARestart() async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.writeOnce = .unlessConfigured
            let token = folder.appending("admin-token")
            var image = TestManifest(.ociManifest, "")
            try await withTestRegistry(configuration) { registry in
                image = try await registry.image("a", in: "r")
                #expect(try await registry.push(image, to: "r", as: "v1").status == 201)
                let change = #"{"exceptTags": ["latest"]}"#
                #expect(try await registry.admin(.patch, "policies/registry", change).status == 200)
            }
            let secret = try WholeFile.read(token)
            try await withTestRegistry(configuration) { registry in
                #expect(try await registry.send(.get, "/v2/r/manifests/v1").body == image.bytes)
                let other = try await registry.image("b", in: "r")
                #expect(try await registry.push(other, to: "r", as: "v1").status == 409)
                let policy = try await registry.admin(.get, "policies/registry").json()
                #expect(policy["exceptTags"] == .array([.string("latest")]))
            }
            #expect(try WholeFile.read(token) == secret)
        }
    }

    @Test func keepsItsTokenFromOthers() async throws {
        try await withTestRegistry { registry in
            var status = stat()
            #expect(stat(registry.dataFolder.appending("admin-token").string, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func protectsNothingUntilItIsTold() async throws {
        try await withTestRegistry { registry in
            let policies = try await registry.policies()
            #expect(policies.isEmpty)
        }
        try await withTestRegistry(writeOnce: true) { registry in
            let policies = try await registry.policies()
            #expect(policies.map { $0["scope"]?.string } == ["registry"])
        }
    }

    @Test func stopsWhenItsTaskIsCancelled() async throws {
        try await withTemporaryFolder { folder in
            let server = try RegistryServer(RegistryConfiguration(dataFolder: folder))
            let (addresses, continuation) = AsyncStream<String>.makeStream()
            let running = Task { try await server.run { continuation.yield($0) } }
            let address = await addresses.first { _ in true }
            #expect(address?.hasPrefix("127.0.0.1:") == true)
            running.cancel()
            try await running.value
        }
    }

    @Test func givesBackWhatTheBodyGives() async throws {
        struct Failure: Error {}
        try await withTemporaryFolder { folder in
            let configuration = RegistryConfiguration(dataFolder: folder)
            let value = try await withRegistry(configuration) { $0.isEmpty ? 0 : 42 }
            #expect(value == 42)
            await #expect(throws: Failure.self) {
                try await withRegistry(configuration) { _ in throw Failure() }
            }
        }
    }

    @Test func keepsNothingOfFinishedUploads() async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: [1, 2, 3], to: "a")
            let wrong = "/v2/a/blobs/uploads/?digest=\(Digest(of: [4]))"
            #expect(try await registry.send(.post, wrong, body: [5]).status == 400)
            #expect(try Folder.names(in: registry.dataFolder.appending("uploads")).isEmpty)
            let file = registry.dataFolder.appending(
                "blobs/sha256/\(digest.encoded.prefix(2))/\(digest.encoded)")
            #expect(WholeFile.size(file) == 3)
            #expect(try await registry.send(.delete, "/v2/a/blobs/\(digest)").status == 202)
            #expect(WholeFile.size(file) == nil)
        }
    }
}
