// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// Two processes over one data folder are one registry.
@Suite struct RegistryTwinTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func withTwins(
        _ body: @escaping @Sendable (_ one: String, _ other: String) async throws -> Void
    ) async throws {
        let (data, home) = (folder.path.appending("data"), folder.path)
        try await Peers.withRegistryProcess(over: data, home: home) { one in
            try await Peers.withRegistryProcess(over: data, home: home) { other in
                try await body(one.address, other.address)
            }
        }
    }

    @Test func theyHaveOneWinnerTogether() async throws {
        let stet = Program.stet(home: folder.path)
        try await withTwins { one, other in
            let result = try await stet(
                "certify", one, "--second", other, "--only", "race", "--require", "protocol")
            #expect(result.output.contains("passed       race-two-addresses"), "\(result)")
            #expect(!result.output.contains("violated"), "\(result)")
        }
    }

    @Test func whatOneHasDoneTheOtherKnowsAtOnce() async throws {
        try await withTwins { one, other in
            let (here, there) = (try RegistryWriter(one), try RegistryWriter(other))
            for number in 0..<20 {
                let image = RegistryWriter.Image("\(number)")
                #expect(try await here.push(image, as: "v\(number)").status == 201)
                #expect(try await there.manifest("v\(number)") == image.manifest)
                let late = RegistryWriter.Image("late \(number)")
                #expect(try await there.push(late, as: "v\(number)").status == 409)
            }
        }
    }

    @Test func anUploadMayGoOnAtTheOther() async throws {
        try await withTwins { one, other in
            let (here, there) = (try RegistryWriter(one), try RegistryWriter(other))
            let content = Array("half here, half there".utf8)
            let start = try await here.send(.post, "blobs/uploads/")
            let session = try #require(start.headers["Location"]?.split(separator: "/").last)
            let first = try await here.send(
                .patch, "blobs/uploads/\(session)", body: Array(content.prefix(9)))
            #expect(first.status == 202)
            let end = try await there.send(
                .put, "blobs/uploads/\(session)?digest=\(Digest(of: content))",
                body: Array(content.dropFirst(9)))
            #expect(end.status == 201)
            #expect(try await here.send(.get, "blobs/\(Digest(of: content))").body == content)
        }
    }

    @Test func aSecondOneAtTheSameAddressIsRefused() async throws {
        let (stet, data) = (Program.stet(home: folder.path), folder.path.appending("data"))
        try await Peers.withRegistryProcess(over: data, home: folder.path) { one in
            let result = try await stet("serve", "--listen", one.address, "--data", data.string)
            #expect(result.status != 0, "\(result)")
            #expect(
                result.errors.contains("cannot listen on \(one.address): another program does"), "\(result)")
        }
    }
}
