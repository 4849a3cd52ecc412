// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// A docker daemon, started by the tests, with all that it keeps in a folder of its own.
///
/// It has no bridge and touches no packet filter: what it builds uses the machine's network.
struct DockerDaemon: Sendable {
    /// Whose daemon it is.
    enum Release: Sendable {
        /// 28.5, of a later Debian, on containerd and runc of this one.
        case newer
        /// 20.10, of this Debian.
        case installed

        var isThere: Bool {
            switch self {
            case .newer:
                let peers: [NewerPeer] = [.docker, .dockerDaemon, .dockerBuildx]
                return peers.allSatisfy(\.isThere)
            case .installed: return WholeFile.size(daemon) != nil
            }
        }

        fileprivate var daemon: FilePath {
            self == .newer ? NewerPeer.dockerDaemon.path : "/usr/sbin/dockerd"
        }

        /// The newer one keeps images as containerd does, which is what lets `COPY --link` mean what it says.
        ///
        /// Neither tidies up by itself: on a disk that is nearly full it would forget, in the middle of a test, the
        /// caches that its answers come from.
        fileprivate var settings: String {
            let features = self == .newer ? #","features":{"containerd-snapshotter":true}"# : ""
            return #"{"builder":{"gc":{"enabled":false}}\#(features)}"#
        }

        /// The client of the same package: that of 20.10 speaks BuildKit without a plug-in.
        fileprivate var client: FilePath { self == .newer ? NewerPeer.docker.path : "/usr/bin/docker" }
    }

    /// The daemon that the running suite has; nil where none can be started.
    @TaskLocal static var current: DockerDaemon?

    let release: Release
    private let socket: FilePath

    /// Its client, which keeps in `folder` who it is.
    ///
    /// To buildx two contexts are one when their folders have the same name and the client is the same: of a file whose
    /// size and time are those of the other's it then takes the other's bytes. So each test is a client of its own.
    func client(keeping folder: FilePath) -> Program {
        let environment = [
            "DOCKER_HOST": "unix://\(socket)", "DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain",
            "DOCKER_CONFIG": "\(socket).config", "BUILDX_CONFIG": folder.appending("buildx").string,
            "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
        ]
        return Program(path: release.client, environment: environment)
    }

    /// Runs the daemon, and a watch that ends it where the tests end without doing so.
    private static let script = """
        "$@" &
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
        _ release: Release, in folder: FilePath,
        _ body: @escaping @Sendable (DockerDaemon) async throws -> Void
    ) async throws {
        let socket = folder.appending("docker.sock")
        let arguments = [
            "-c", script, "daemon", release.daemon.string, "--host=unix://\(socket)",
            "--data-root=\(folder.appending("data"))",
            "--exec-root=\(folder.appending("exec"))", "--pidfile=\(folder.appending("pid"))",
            "--config-file=\(folder.appending("daemon.json"))", "--bridge=none", "--iptables=false",
            "--ip6tables=false", "--ip-forward=false", "--ip-masq=false",
        ]
        try WholeFile.write(Array(release.settings.utf8), to: folder.appending("daemon.json"))
        let configuration = FilePath("\(socket).config")
        try Folder.create(configuration)
        let plugins = NewerPeer.dockerBuildx.path.removingLastComponent()
        try WholeFile.write(
            Array(#"{"cliPluginsExtraDirs":["\#(plugins)"]}"#.utf8),
            to: configuration.appending("config.json"))
        try await Program("bash").serving(
            arguments, address: { $0.contains("API listen on") ? $0 : nil },
            { _ in try await body(DockerDaemon(release: release, socket: socket)) })
    }
}
