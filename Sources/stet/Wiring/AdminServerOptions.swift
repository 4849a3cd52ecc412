// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Immutability
import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage

/// Which registry's policies, and how they are shown.
struct AdminServerOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    @Option(
        help: ArgumentHelp("The registry; http://127.0.0.1:5050 unless --data is given.", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "The registry's data folder: its token is used, and without --server it need not be running.",
            valueName: "dir"))
    var data: String?

    @Option(
        help:
            "The admin token; else $STET_ADMIN_TOKEN, the one in the data folder, or who is logged in to --server."
    )
    var token: String?

    @Option(help: "How to print: table or json.")
    var format = Format.table

    @OptionGroup var connection: ConnectionOptions

    /// Gives `body` a client of the registry that was named.
    func use(_ body: @Sendable (AdminClient) async throws -> Void) async throws {
        try await CommandFailure.asFailure {
            let transport = try connection.transport()
            if let data, server == nil {
                let folder = FilePath(data)
                guard Folder.isFolder(folder) else {
                    throw CommandFailure("\(data): no such folder", exitCode: CommandFailure.usage)
                }
                try await withRegistry(RegistryConfiguration(dataFolder: folder)) { address in
                    let client = AdminClient(
                        server: HTTPURL(.http, address, "/"), token: try token(in: folder),
                        transport: transport)
                    try await body(client)
                }
                return
            }
            let url = try HTTPURL(server ?? AdminServerOptions.usual)
            let client = AdminClient(
                server: url, token: try await tokenUnlessLoggedIn(to: url),
                transport: AuthenticatingTransport(transport, lookup: ConnectionOptions.lookup))
            try await body(client)
        }
    }

    /// The token to show to a server; nil where the credentials of `stet login` are to be shown.
    ///
    /// A token that was named comes first. That of the data folder that `stet serve` has without --data is for the
    /// server on this machine only, and comes after a login to a server that was named.
    private func tokenUnlessLoggedIn(to url: HTTPURL) async throws -> String? {
        if let given = givenToken { return given }
        if let data { return try token(in: FilePath(data)) }
        let usual = RegistryConfiguration(dataFolder: try UserFolder.servedRegistry)
        let mayHaveToken = url.isLoopback && WholeFile.size(usual.adminTokenFile) != nil
        if server == nil, mayHaveToken { return try token(in: usual.dataFolder) }
        let target = CredentialTarget(registry: url.authority)
        if try await ConnectionOptions.lookup(target) != nil { return nil }
        if mayHaveToken { return try token(in: usual.dataFolder) }
        throw CommandFailure(
            """
            nothing to show to \(url.authority): no admin token was given, and nobody is logged in
              hint: name the registry's data folder with --data, give the token with --token or $STET_ADMIN_TOKEN, \
            or `stet login \(url.authority)` as a user who administers
            """, exitCode: CommandFailure.usage)
    }

    private var givenToken: String? { token ?? Environment.value("STET_ADMIN_TOKEN") }

    private static let usual = "http://127.0.0.1:5050"

    private func token(in folder: FilePath) throws -> String {
        if let givenToken { return givenToken }
        do {
            let file = RegistryConfiguration(dataFolder: folder).adminTokenFile
            let bytes = try WholeFile.read(file, limitBytes: 4_096)
            return String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        } catch {
            throw CommandFailure(
                """
                no admin token: \(error)
                  hint: name the registry's data folder with --data, or give the token with --token or $STET_ADMIN_TOKEN
                """, exitCode: CommandFailure.usage)
        }
    }

    func show(_ policies: [Policy]) {
        switch format {
        case .json:
            let bytes = try? JSONDocument.pretty(JSONValue.array(policies.map(\.json)))
            Terminal.output.write(bytes ?? [])
        case .table: Terminal.output.line(TextTable(policies: policies).text)
        }
    }
}
