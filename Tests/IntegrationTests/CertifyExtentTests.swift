// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// What a run says beforehand of how much it sends, held against what it sends to real registries.
@Suite struct CertifyExtentTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static let clients = ["--clients", "skopeo,buildah,podman"]

    /// Runs the suite, and compares what was sent with the line that a run begins with: `…, at most 9.3 MB, …`.
    private func expectBound(_ stet: Program, _ registry: String, _ options: [String]) async throws {
        let report = folder.path.appending("report")
        let result = try await stet.run(
            ["certify", registry, "--report", report.string] + Self.clients + options)
        let line = result.errors.split(separator: "\n").first { $0.contains(", at most ") }
        let words = try #require(line?.split(separator: " "), "\(result)")
        let place = try #require(words.firstIndex(of: "most"))
        let number = try #require(Double(words[place + 1]))
        let announced = number * (words[place + 2].hasPrefix("MB") ? 1_000_000 : 1000)
        let bytes = try WholeFile.read(report.appending("report.json"), limitBytes: 256 << 20)
        let json = try JSONDocument.decode(JSONValue.self, from: bytes, noun: "report")
        guard case .integer(let sent)? = json["ending"]?["sentBytes"] else {
            Issue.record("the report does not say how much was sent: \(result)")
            return
        }
        // A line has one digit after the point.
        #expect(Double(sent) <= announced + 100_000, "\(sent) of \(announced)")
        #expect(sent > 1_000_000)
        #expect(result.output.contains("client-podman"), "\(result)")
    }

    @Test func dockerRegistryIsSentNoMoreThanWasAnnounced() async throws {
        let stet = Program.stet(home: folder.path)
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            try await expectBound(stet, registry, [])
        }
    }

    @Test func ourOwnRegistryIsSentNoMoreThanWasAnnounced() async throws {
        let (home, data) = (folder.path, folder.path.appending("data"))
        try await Peers.withRegistryProcess(over: data, home: home, options: []) { registry in
            var stet = Program.stet(home: home)
            let token = try WholeFile.read(data.appending("admin-token"))
            stet.environment["STET_ADMIN_TOKEN"] =
                String(decoding: token, as: UTF8.self).filter { !$0.isWhitespace }
            try await expectBound(stet, registry.address, ["--setup", "stet"])
        }
    }
}
