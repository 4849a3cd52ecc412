// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

extension Peers {
    /// Debian's dockerd with folders of its own and without networks; it pushes, and runs nothing.
    ///
    /// `body` gets the value of `DOCKER_HOST`.
    static func withDockerDaemon<Value: Sendable>(
        in folder: FilePath, _ body: @escaping @Sendable (_ host: String) async throws -> Value
    ) async throws -> Value {
        let folder = folder.appending("docker")
        try Folder.create(folder)
        let host = "unix://\(folder)/socket"
        let options = [
            "--data-root", "\(folder)/data", "--exec-root", "\(folder)/exec", "--pidfile", "\(folder)/pid",
            "--host", host, "--bridge=none", "--iptables=false", "--ip6tables=false", "--storage-driver",
            "vfs",
            "--config-file", "\(folder)/daemon.json",
        ]
        try WholeFile.write(Array("{}".utf8), to: folder.appending("daemon.json"))
        return try await Program("dockerd").serving(
            options, address: { $0.contains("API listen on") ? host : nil }, body)
    }
}
