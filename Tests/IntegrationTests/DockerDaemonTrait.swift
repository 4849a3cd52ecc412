// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// One docker daemon for all tests of a suite, as ``DockerDaemon/current``.
///
/// Where none can be started, the suite runs without one. `STET_ORACLE=docker` makes that an error, and
/// `STET_ORACLE=buildah` does not try.
struct DockerDaemonTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let wanted = getenv("STET_ORACLE").map { String(cString: $0) }
        let isThere = geteuid() == 0 && WholeFile.size("/usr/sbin/dockerd") != nil
        guard wanted == "docker" || (wanted == nil && isThere) else { return try await function() }
        let folder = try TestFolder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (started, start) = AsyncStream<DockerDaemon>.makeStream()
            let (ended, end) = AsyncStream<Void>.makeStream()
            defer { end.finish() }
            group.addTask {
                defer { start.finish() }
                do {
                    try await DockerDaemon.running(in: folder.path) { daemon in
                        start.yield(daemon)
                        for await _ in ended {}
                    }
                } catch is ServerDidNotStart where wanted == nil {}
            }
            var daemon: DockerDaemon?
            for await first in started {
                daemon = first
                break
            }
            try await DockerDaemon.$current.withValue(daemon) { try await function() }
            end.finish()
            try await group.waitForAll()
        }
    }
}

extension Trait where Self == DockerDaemonTrait {
    /// Gives the suite a docker daemon, where one can be started.
    static var dockerDaemon: Self { Self() }
}

/// The tests that judge builds by those of another builder.
@Suite(.dockerDaemon) enum BuildOracleTests {}
