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

    @Option(help: ArgumentHelp("PEM certificate to show to registries that ask for one.", valueName: "file"))
    var cert: String?
    @Option(help: ArgumentHelp("Its key, where it is not in the same file.", valueName: "file"))
    var key: String?
    @Option(
        name: .customLong("cert-dir"),
        help: ArgumentHelp("A folder with *.crt, *.cert and *.key, in place of certs.d.", valueName: "dir"))
    var certificateFolder: String?

    func validate() throws {
        guard key == nil || cert != nil else { throw ValidationError("--key needs --cert") }
    }

    /// The way to all registries, with what the options say.
    ///
    /// The hosts of `more`, which only this machine reaches, are reached without TLS, too, and without a proxy; `patience` is the longest wait for a byte, in place of the
    /// usual one, and for a whole document.
    func transport(plainHTTP more: Set<String> = [], patience: Duration? = nil) throws -> CurlTransport {
        var configuration = CurlConfiguration()
        configuration.userAgent = "stet/\(Stet.version)"
        configuration.caFile = caFile
        if let patience {
            configuration.stallTimeout = patience
            configuration.documentTimeout = patience
            configuration.connectTimeout = min(patience, configuration.connectTimeout)
        }
        configuration.plainHTTPProxy = Self.plainHTTPProxy
        configuration.isReachedDirectly = { $0.isLoopback || more.contains($0.authority) }
        let named = Set(plainHTTP).union(more)
        let registries = try Self.registries.get()
        configuration.allowsPlainHTTP = {
            $0.isLoopback || named.contains($0.authority) || registries.allowsInsecure($0.authority)
        }
        configuration.allowsUnverifiedTLS = { registries.allowsInsecure($0.authority) }
        configuration.clientCertificate = cert.map {
            ClientCertificate(certificate: FilePath($0), key: key.map { FilePath($0) })
        }
        let folders =
            certificateFolder.map { CertificateFolders(only: FilePath($0)) }
            ?? CertificateFolders(environment: Environment.value)
        configuration.hostCertificates = { url throws(CertificateFault) in
            try folders.certificates(for: url.authority)
        }
        return try CurlTransport(configuration)
    }

    /// Reaches registries with the credentials that `lookup` gives.
    func connector(
        lookup: @escaping CredentialLookup = Self.lookup, patience: Duration? = nil
    ) throws -> RegistryConnector {
        var settings = ConnectorSettings()
        settings.plainHTTP = Set(plainHTTP)
        settings.spoolFolder = Self.temporaryFolder
        settings.registries = try Self.registries.get()
        settings.lookup = lookup
        return RegistryConnector(over: try transport(patience: patience), settings)
    }

    /// The credentials of whoever runs the command, looked for when they are first asked for.
    static let lookup: CredentialLookup = { try await CredentialStore.ofUser.credentials(for: $0) }

    /// The machine's `registries.conf`, read once; what it means and does not say is told once.
    private static let registries = Result { () throws(RegistriesConfError) in
        let configuration = try RegistriesConf.load(environment: Environment.value)
        for warning in configuration.warnings { Terminal.error.line("warning: \(warning)") }
        return configuration
    }

    /// `HTTP_PROXY` counts too, as it does for docker: curl leaves it out because a CGI program gets it from whoever
    /// sends a request.
    private static var plainHTTPProxy: String? {
        Environment.value("http_proxy")
            ?? (Environment.value("REQUEST_METHOD") == nil ? Environment.value("HTTP_PROXY") : nil)
    }

    private static var temporaryFolder: FilePath { FilePath(Environment.value("TMPDIR") ?? "/tmp") }
}
