// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// A program of a later Debian, which `Scripts/newer-peers.sh` keeps in `.build/peers`.
enum NewerPeer: String, Sendable {
    case oras = "oras/usr/bin/oras"
    case crane = "crane/usr/bin/crane"
    case docker = "docker-cli/usr/bin/docker"
    case dockerDaemon = "docker.io/usr/sbin/dockerd"
    case dockerBuildx = "docker-buildx/usr/libexec/docker/cli-plugins/docker-buildx"
    /// Runs programs for linux/arm64.
    case emulator = "qemu-user/usr/bin/qemu-aarch64"

    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().pushing(".build/peers")

    var path: FilePath { Self.folder.pushing(FilePath(rawValue)) }

    var isThere: Bool { WholeFile.size(path) != nil }

    /// `PATH` with the folders of these programs before all others.
    static func path(with peers: NewerPeer...) -> String {
        let own = peers.map { $0.path.removingLastComponent().string }
        return (own + [getenv("PATH").map { String(cString: $0) } ?? ""]).joined(separator: ":")
    }
}

extension Program {
    init(_ peer: NewerPeer) {
        self.init(path: peer.path)
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where these programs are.
    static func needs(_ peers: NewerPeer...) -> Self {
        let missing = peers.filter { !$0.isThere }.compactMap { $0.path.lastComponent?.string }
        return .enabled(
            if: missing.isEmpty,
            "not here: \(missing.joined(separator: ", ")) (Scripts/newer-peers.sh fetches what it can)")
    }
}
