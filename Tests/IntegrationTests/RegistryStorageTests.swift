// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// `stet serve` on storage that is full, fails, or cannot be written to.
@Suite(.enabled(if: TestVolume.canMount, "only root can mount")) struct RegistryStorageTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static func image(_ text: String) -> RegistryWriter.Image { RegistryWriter.Image(text) }

    private func expectFault(_ response: HTTPResponse, _ status: Int, _ words: String) {
        #expect(response.status == status)
        #expect(response.registryError?.code == "UNAVAILABLE", "\(response)")
        #expect(response.registryError?.message?.contains(words) == true, "\(response)")
    }

    @Test func aFullDiskStopsPushesAndNothingElse() async throws {
        let (folder, home) = (folder, folder.path)
        try await TestVolume.withMemory(mebibytes: 4, in: folder) { volume in
            let data = volume.path.appending("data")
            try await Peers.withRegistryProcess(over: data, home: home) { process in
                let client = try RegistryWriter(process.address)
                let first = Self.image("first")
                #expect(try await client.push(first, as: "v1").status == 201)
                let other = Self.image("other")
                #expect(try await client.push(blob: other.config).status == 201)

                let large = [UInt8](repeating: 7, count: 8 << 20)
                expectFault(try await client.push(blob: large), 507, "storage is full")
                #expect(try Folder.names(in: data.appending("uploads")).isEmpty)

                try volume.fill()
                expectFault(try await client.push(blob: Array("small".utf8)), 507, "storage is full")
                let claims = try await claim(200, with: client)
                #expect(claims.contains { $0.status == 507 }, "it was not full")
                for claim in claims where claim.status != 201 { expectFault(claim, 507, "storage is full") }
                #expect(try await client.put(other, as: "v1").status != 201)
                #expect(try await client.manifest("v1") == first.manifest)
                let blob = try await client.send(.get, "blobs/\(Digest(of: first.config))")
                #expect(blob.body == first.config)
                #expect(try await client.tags().count == 1 + claims.count { $0.status == 201 })

                volume.empty()
                #expect(try await client.push(Self.image("next"), as: "v2").status == 201)
                #expect(try await client.put(other, as: "v1").status == 409)
            }
            try await Peers.withRegistryProcess(over: data, home: home) { process in
                let client = try RegistryWriter(process.address)
                #expect(try await client.manifest("v1") == Self.image("first").manifest)
                #expect(try await client.manifest("v2") == Self.image("next").manifest)
            }
        }
    }

    /// Claims of new tags by one image, of which some may still find room.
    private func claim(_ count: Int, with client: RegistryWriter) async throws -> [HTTPResponse] {
        var answers: [HTTPResponse] = []
        for number in 0..<count {
            answers.append(try await client.put(Self.image("first"), as: "full-\(number)"))
        }
        return answers
    }

    @Test func aDiskThatFailsStopsPushesAndLosesNothing() async throws {
        let (folder, home) = (folder, folder.path)
        try await TestVolume.withDevice(in: folder) { volume in
            let data = volume.path.appending("data")
            try await Peers.withRegistryProcess(over: data, home: home) { process in
                let client = try RegistryWriter(process.address)
                let first = Self.image("first")
                #expect(try await client.push(first, as: "v1").status == 201)
                try await volume.fail()
                let answers = [
                    try await client.push(blob: Array("late".utf8)), try await client.put(first, as: "v2"),
                    try await client.put(Self.image("other"), as: "v1"),
                    try await client.send(.delete, "manifests/v1"),
                ]
                for answer in answers { expectFault(answer, 503, "storage") }
                #expect(try await client.manifest("v1") == first.manifest)
                #expect(try await client.manifest("v2") == nil)
                #expect(try await client.tags() == ["v1"])
            }
            let message = try await Program.stet(home: home)(
                "serve", "--listen", "127.0.0.1:0", "--data", data.string)
            #expect(message.status != 0, "\(message)")
            #expect(message.errors.contains("cannot use the data folder \(data)"), "\(message)")
        }
    }
}
