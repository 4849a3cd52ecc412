// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Debian's docker daemon, started by the tests, with all that it keeps in a folder of its own.
///
/// It has no bridge and touches no packet filter: what it builds uses the machine's network.
struct DockerDaemon: Sendable {
    /// The daemon that the running suite has; nil where none can be started.
    @TaskLocal static var current: DockerDaemon?

    private let socket: FilePath

    /// The client of the same package: it speaks BuildKit without a plug-in.
    var client: Program {
        let environment = [
            "DOCKER_HOST": "unix://\(socket)", "DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain",
            "DOCKER_CONFIG": "\(socket).config",
        ]
        return Program(path: "/usr/bin/docker", environment: environment)
    }

    /// Runs the daemon, and a watch that ends it where the tests end without doing so.
    private static let script = """
        dockerd "$@" &
        daemon=$!
        trap 'kill $daemon' TERM
        (tail --pid=$PPID -f /dev/null && kill $daemon) > /dev/null 2>&1 &
        watch=$!
        while kill -0 $daemon 2> /dev/null; do wait $daemon; done
        kill $watch
        """

    /// Gives `body` a daemon, which is gone afterwards.
    ///
    /// - Throws: ``ServerDidNotStart`` where the machine has none, or does not let it run.
    static func running(
        in folder: FilePath, _ body: @escaping @Sendable (DockerDaemon) async throws -> Void
    ) async throws {
        let socket = folder.appending("docker.sock")
        let arguments = [
            "-c", script, "daemon", "--host=unix://\(socket)", "--data-root=\(folder.appending("data"))",
            "--exec-root=\(folder.appending("exec"))", "--pidfile=\(folder.appending("pid"))",
            "--config-file=\(folder.appending("none.json"))", "--bridge=none", "--iptables=false",
            "--ip6tables=false", "--ip-forward=false", "--ip-masq=false",
        ]
        try WholeFile.write(Array("{}".utf8), to: folder.appending("none.json"))
        try await Program("bash").serving(
            arguments, address: { $0.contains("API listen on") ? $0 : nil },
            { _ in try await body(DockerDaemon(socket: socket)) })
    }
}
