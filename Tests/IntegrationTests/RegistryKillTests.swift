// SPDX-License-Identifier: Apache-2.0

import Glibc
import OCISpec
import RegistryTransport
import Synchronization
import SystemPackage
import Testing

/// `stet serve` is killed in the middle of many pushes, and must have kept its word.
@Suite struct RegistryKillTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// One push and what its writer was told; no status when no answer came.
    private struct Attempt: Sendable {
        let tag: String
        let image: RegistryWriter.Image
        var blobStatus: Int?
        var status: Int?
    }

    private static let writers = 64

    /// Every four writers are after the same tags.
    private func write(
        _ writer: Int, round: Int, to address: String, _ promised: Promises
    ) async throws -> [Attempt] {
        let client = try RegistryWriter(address)
        var attempts: [Attempt] = []
        for number in 0... {
            var attempt = Attempt(
                tag: "r\(round)-\(writer / 4)-\(number)",
                image: RegistryWriter.Image("\(round) \(writer) \(number)"))
            attempt.blobStatus = try? await client.push(blob: attempt.image.config).status
            if attempt.blobStatus != nil {
                attempt.status = try? await client.put(attempt.image, as: attempt.tag).status
            }
            attempts.append(attempt)
            guard let status = attempt.status else { break }
            if status == 201 { promised.add() }
        }
        return attempts
    }

    /// Kills the registry when it has promised enough.
    private final class Promises: Sendable {
        private let count = Mutex(0)
        private let process: RegistryProcess

        init(_ process: RegistryProcess) { self.process = process }

        func add() {
            let isEnough = count.withLock { count in
                count += 1
                return count == 100
            }
            if isEnough { process.send(signal: SIGKILL) }
        }
    }

    /// What a person who reads the answers may rely on.
    private func check(_ attempts: [Attempt], at address: String) async throws {
        let client = try RegistryWriter(address)
        var standing: Set<String> = []
        for (tag, rivals) in Dictionary(grouping: attempts, by: \.tag) {
            let winners = rivals.filter { $0.status == 201 }
            #expect(winners.count <= 1, "\(tag) was promised to \(winners.count)")
            let bytes = try await client.manifest(tag)
            if bytes != nil { standing.insert(tag) }
            if let winner = winners.first {
                #expect(bytes == winner.image.manifest, "\(tag) does not show what it was promised to")
            } else if let bytes {
                #expect(
                    rivals.contains { $0.status == nil && $0.image.manifest == bytes },
                    "\(tag) shows what nobody was left in doubt about")
            }
            for rival in rivals where rival.image.manifest != bytes {
                #expect(
                    try await client.manifest("\(rival.image.digest)") == nil,
                    "\(tag): a manifest that has no tag is visible")
            }
        }
        for attempt in attempts where attempt.blobStatus == 201 {
            let blob = try await client.send(.get, "blobs/\(Digest(of: attempt.image.config))")
            #expect(blob.body == attempt.image.config)
        }
        let listed = try await client.tags().filter { tag in attempts.contains { $0.tag == tag } }
        #expect(Set(listed) == standing)
    }

    @Test func noPromiseIsBroken() async throws {
        let (data, home) = (folder.path.appending("data"), folder.path)
        for round in 0..<3 {
            let attempts = try await Peers.withRegistryProcess(over: data, home: home) { process in
                let promises = Promises(process)
                return try await withThrowingTaskGroup(of: [Attempt].self) { group in
                    for writer in 0..<RegistryKillTests.writers {
                        group.addTask { try await write(writer, round: round, to: process.address, promises) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
            }
            #expect(attempts.count { $0.status == 201 } >= 100)
            #expect(attempts.contains { $0.status == nil }, "nobody was pushing when it was killed")
            try await Peers.withRegistryProcess(over: data, home: home) { process in
                try await check(attempts, at: process.address)
            }
        }
        try await checkDatabase(data.appending("registry.sqlite"))
    }

    private func checkDatabase(_ file: FilePath) async throws {
        let script = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            print(database.execute('PRAGMA integrity_check').fetchall())
            print(database.execute('PRAGMA foreign_key_check').fetchall())
            """
        let result = try await Program("python3")("-c", script, file.string)
        #expect(result.output == "[('ok',)]\n[]\n", "\(result)")
    }

    /// What Ctrl-C and a service manager do: the requests under way are answered, and the next start finds them.
    @Test func aStoppedRegistryHasAnsweredEverything() async throws {
        let (data, home) = (folder.path.appending("data"), folder.path)
        let attempts = try await Peers.withRegistryProcess(over: data, home: home) { process in
            let attempts = try await withThrowingTaskGroup(of: [Attempt].self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        let client = try RegistryWriter(process.address)
                        var attempts: [Attempt] = []
                        for number in 0..<1_000_000 {
                            var attempt = Attempt(
                                tag: "\(writer)-\(number)", image: RegistryWriter.Image("\(writer) \(number)")
                            )
                            attempt.status = try? await client.push(attempt.image, as: attempt.tag).status
                            attempts.append(attempt)
                            if writer == 0, number == 20 { process.send(signal: SIGTERM) }
                            if attempt.status == nil { break }
                        }
                        return attempts
                    }
                }
                return try await group.reduce(into: [] as [Attempt]) { $0 += $1 }
            }
            return attempts
        }
        #expect(attempts.allSatisfy { [201, nil].contains($0.status) })
        try await Peers.withRegistryProcess(over: data, home: home) { process in
            let client = try RegistryWriter(process.address)
            for attempt in attempts where attempt.status == 201 {
                #expect(try await client.manifest(attempt.tag) == attempt.image.manifest)
            }
        }
    }
}
