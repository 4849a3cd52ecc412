// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CurlTransport
import RegistryClient
import RegistryTransport
import SystemPackage

/// How registries are reached.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: .customLong("plain-http"),
        help: ArgumentHelp("A registry that speaks HTTP without TLS.", valueName: "host[:port]"))
    var plainHTTP: [String] = []

    @Option(name: .customLong("ca-file"), help: ArgumentHelp("PEM certificates to trust.", valueName: "file"))
    var caFile: String?

    func transport() throws -> CurlTransport {
        var configuration = CurlConfiguration()
        configuration.userAgent = "stet/\(Stet.version)"
        configuration.caFile = caFile
        let named = Set(plainHTTP)
        configuration.allowsPlainHTTP = { $0.isLoopback || named.contains($0.authority) }
        return try CurlTransport(configuration)
    }

    func connector() throws -> RegistryConnector {
        RegistryConnector(
            over: try transport(), plainHTTP: Set(plainHTTP), spoolFolder: Self.temporaryFolder,
            credentials: { try Self.credentials(for: $0) })
    }

    /// Those of `docker login`, read when they are first asked for.
    static func credentials(for registry: String) throws -> Credentials? {
        let folder =
            Environment.value("DOCKER_CONFIG").map { FilePath($0) } ?? UserFolder.home.appending(".docker")
        return try CredentialFile(folder.appending("config.json")).credentials(for: registry)
    }

    private static var temporaryFolder: FilePath { FilePath(Environment.value("TMPDIR") ?? "/tmp") }
}
