// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SystemPackage
import Testing

@Suite struct DamageTests {
    private let content = Array("0123456789".utf8)

    private func file(_ digest: Digest, _ registry: TestRegistry) -> FilePath {
        registry.dataFolder.appending("blobs/sha256/\(digest.encoded.prefix(2))/\(digest.encoded)")
    }

    @Test(arguments: ["0123456780", "0123", "0123456789a", ""])
    func aBlobThatIsPushedAgainIsWhole(damaged: String) async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            try WholeFile.write(Array(damaged.utf8), to: file(digest, registry))
            try await registry.push(blob: content, to: "b")
            for repository in ["a", "b"] {
                #expect(try await registry.send(.get, "/v2/\(repository)/blobs/\(digest)").body == content)
            }
            #expect(try Folder.names(in: registry.dataFolder.appending("uploads")).isEmpty)
        }
    }

    @Test(arguments: [nil, "0123", "0123456789a"])
    func aBlobWithoutItsBytesIsUnknownUntilItIsPushedAgain(damaged: String?) async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            let file = file(digest, registry)
            if let damaged {
                try WholeFile.write(Array(damaged.utf8), to: file)
            } else {
                try Folder.remove(file.removingLastComponent())
            }
            for method in [HTTPRequest.Method.head, .get] {
                #expect(try await registry.send(method, "/v2/a/blobs/\(digest)").status == 404)
            }
            let part = try await registry.send(.get, "/v2/a/blobs/\(digest)", ["Range": "bytes=0-1"])
            #expect(part.code == "BLOB_UNKNOWN")
            let mount = try await registry.send(.post, "/v2/b/blobs/uploads/?mount=\(digest)&from=a")
            #expect(mount.status == 202)
            try await registry.push(blob: content, to: "a")
            #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").body == content)
        }
    }
}
