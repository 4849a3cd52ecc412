// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

/// One docker daemon for all tests of a suite, as ``DockerDaemon/current``.
///
/// It is the newer one, or the installed one where that is all there is. Where none can be started, the suite runs
/// without one. `STET_ORACLE` names an ``ImageOracle/Peer`` and makes it an error when it is not there.
struct DockerDaemonTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let wanted = Self.wanted
        if let name = getenv("STET_ORACLE"), wanted == nil {
            throw OracleUnknown(name: String(cString: name))
        }
        guard let release = Self.release(wanted) else { return try await function() }
        let folder = try TestFolder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (started, start) = AsyncStream<DockerDaemon>.makeStream()
            let (ended, end) = AsyncStream<Void>.makeStream()
            defer { end.finish() }
            group.addTask {
                defer { start.finish() }
                do {
                    try await DockerDaemon.running(release, in: folder.path) { daemon in
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

    /// Whom `STET_ORACLE` names.
    static var wanted: ImageOracle.Peer? {
        getenv("STET_ORACLE").flatMap { ImageOracle.Peer(rawValue: String(cString: $0)) }
    }

    private static func release(_ wanted: ImageOracle.Peer?) -> DockerDaemon.Release? {
        switch wanted {
        case .docker: return .newer
        case .docker20: return .installed
        case .buildah: return nil
        case nil:
            let releases: [DockerDaemon.Release] = geteuid() == 0 ? [.newer, .installed] : []
            return releases.first(where: \.isThere)
        }
    }
}

/// `STET_ORACLE` names nobody.
private struct OracleUnknown: Error, CustomStringConvertible {
    let name: String

    var description: String { "STET_ORACLE=\(name): it must be docker, docker-20 or buildah" }
}

extension Trait where Self == DockerDaemonTrait {
    /// Gives the suite a docker daemon, where one can be started.
    static var dockerDaemon: Self { Self() }
}

/// The tests that judge builds by those of another builder.
@Suite(.dockerDaemon) enum BuildOracleTests {}
