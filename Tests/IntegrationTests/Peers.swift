// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// The registries that tests start, each on a free loopback port and with data of its own.
enum Peers {
    /// Debian's docker-registry, which overwrites tags; `settings` are added to its configuration.
    static func withDockerRegistry<Value: Sendable>(
        in folder: FilePath, settings: String = "",
        _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let data = folder.appending("docker-registry")
        try Folder.create(data)
        let configuration = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: \(data)}
              delete: {enabled: true}
            http: {addr: "127.0.0.1:0"}
            \(settings)
            """
        let file = folder.appending("docker-registry.yml")
        try WholeFile.write(Array(configuration.utf8), to: file)
        return try await Program("docker-registry").serving(
            ["serve", file.string],
            address: { line in
                guard let range = line.firstRange(of: "listening on ") else { return nil }
                return String(line[range.upperBound...].prefix { !"\", ".contains($0) })
            }, body)
    }

    /// Our own registry, as its users start it.
    static func withStetServe<Value: Sendable>(
        in folder: FilePath, writeOnce: Bool = true,
        _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let data = folder.appending("stet-serve")
        return try await Program.stet(home: folder).serving(
            ["serve", "--listen", "127.0.0.1:0", "--data", data.string] + (writeOnce ? ["--write-once"] : []),
            address: { line in
                guard let range = line.firstRange(of: "http://") else { return nil }
                return String(line[range.upperBound...].prefix { $0 != "," })
            }, body)
    }
}
