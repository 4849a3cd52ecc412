// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CurlTransport
import RegistriesConf
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
        let registries = try Self.registries.get()
        configuration.allowsPlainHTTP = {
            $0.isLoopback || named.contains($0.authority) || registries.allowsInsecure($0.authority)
        }
        configuration.allowsUnverifiedTLS = { registries.allowsInsecure($0.authority) }
        return try CurlTransport(configuration)
    }

    func connector() throws -> RegistryConnector {
        var settings = ConnectorSettings()
        settings.plainHTTP = Set(plainHTTP)
        settings.spoolFolder = Self.temporaryFolder
        settings.registries = try Self.registries.get()
        settings.lookup = Self.lookup
        return RegistryConnector(over: try transport(), settings)
    }

    /// The credentials of whoever runs the command, looked for when they are first asked for.
    static let lookup: CredentialLookup = { try await CredentialStore.ofUser.credentials(for: $0) }

    /// The machine's `registries.conf`, read once; what it means and does not say is told once.
    private static let registries = Result { () throws(RegistriesConfError) in
        let configuration = try RegistriesConf.load(environment: Environment.value)
        for warning in configuration.warnings { Terminal.error.line("warning: \(warning)") }
        return configuration
    }

    private static var temporaryFolder: FilePath { FilePath(Environment.value("TMPDIR") ?? "/tmp") }
}
