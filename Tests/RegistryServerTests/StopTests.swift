// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// What happens to requests that are under way when the registry is told to stop.
@Suite struct StopTests {
    private let content = String(repeating: "stop ", count: 2_000)

    /// Begins an upload, and waits until the registry has begun to read it.
    private func begin(at address: String) async throws -> RawConnection {
        let digest = Digest(of: Array(content.utf8))
        let connection = try RawConnection(address)
        try connection.send(
            "POST /v2/r/blobs/uploads/?digest=\(digest) HTTP/1.1\r\nHost: r\r\nExpect: 100-continue\r\n"
                + "Content-Length: \(content.utf8.count)\r\n\r\n")
        let answer = try await connection.receive(until: "\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 100 "))
        return connection
    }

    @Test func letsThemFinish() async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.gracePeriod = .seconds(3600)
            let answer = try await withRegistry(configuration) { address in
                let connection = try await begin(at: address)
                let idle = try RawConnection(address)
                try idle.send("GET /v2/ HTTP/1.1\r\nHost: r\r\n\r\n")
                #expect(try await idle.receive(until: "{}").hasPrefix("HTTP/1.1 200 "))
                return Task {
                    // The registry stops when this closure has ended; it closes first what nobody waits for.
                    _ = try await idle.receive(until: "nothing more")
                    try connection.send(content)
                    return try await connection.receive(until: "\r\n\r\n")
                }
            }
            #expect(try await answer.value.hasPrefix("HTTP/1.1 201 "))
            try await withTestRegistry(configuration) { registry in
                let digest = Digest(of: Array(content.utf8))
                let stored = try await registry.send(.get, "/v2/r/blobs/\(digest)").text
                #expect(stored == content)
            }
        }
    }

    @Test func doesNotWaitForOneThatStallsForEver() async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.gracePeriod = .milliseconds(50)
            let connection = try await withRegistry(configuration) { try await begin(at: $0) }
            let rest = try await connection.receive(until: "\r\n\r\n")
            #expect(!rest.contains(" 201 "))
            try await withTestRegistry(configuration) { registry in
                let digest = Digest(of: Array(content.utf8))
                let status = try await registry.send(.head, "/v2/r/blobs/\(digest)").status
                #expect(status == 404)
            }
        }
    }
}
