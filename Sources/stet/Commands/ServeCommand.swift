// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import RegistryServer
import RegistryTransport
import SystemPackage

/// `stet serve`: the registry.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a registry with write-once policies.",
        discussion: """
            stet serve --write-once --data /srv/stet
            stet serve --listen 0.0.0.0:5050 --data /srv/stet --users users.yaml

            A new registry has no policy; --write-once sets one for the whole registry, and does not
            start when the registry has one that leaves tags out.
            The admin API takes the token in DATA/admin-token; `stet policy --data DATA` finds it by itself.
            SIGTERM and Ctrl-C end it when the requests under way are done, ten seconds later at the latest.
            Without --users, whoever reaches the address may push, pull and delete. With it, a file says who may do
            what (docs/serve.md shows one); the file is read again when it changes.
            Several processes may serve one data folder on one machine. `stet gc` frees what no image needs.
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any free one.", valueName: "host:port"))
    var listen = "127.0.0.1:5050"

    @Option(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var data: String?

    @Flag(name: .customLong("write-once"), help: "Protect every tag of the registry.")
    var writeOnce = false

    @Option(help: ArgumentHelp("Who may pull, push, delete and administer: YAML.", valueName: "file"))
    var users: String?

    @Flag(
        help: ArgumentHelp(
            "Take clients' addresses from X-Forwarded-For, for the audit trail: all requests come through a proxy."
        ))
    var behindProxy = false

    func run() async throws {
        var configuration = try configuration()
        configuration.writeOnce = writeOnce ? .required : .off
        let server = try await CommandFailure.asUsage { [configuration] in try RegistryServer(configuration) }
        let folder = configuration.dataFolder
        try await CommandFailure.asFailure {
            try await Interruption.watch {
                try await server.run { address in
                    if isOpen(address) {
                        Terminal.error.line(
                            "warning: anyone who reaches \(address) may push; --users FILE says who may")
                    }
                    Terminal.error.line("serving http://\(address), data in \(folder); Ctrl-C stops")
                }
            }
        }
        Terminal.error.line("stopped")
    }

    /// True when others than this machine may reach a registry without users.
    private func isOpen(_ address: String) -> Bool {
        users == nil && !HTTPURL(.http, address, "/").isLoopback
    }

    private func configuration() throws -> RegistryConfiguration {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65_535).contains(port), colon != listen.startIndex
        else {
            throw CommandFailure(
                "--listen must be HOST:PORT, not \"\(listen)\"", exitCode: CommandFailure.usage)
        }
        var host = String(listen[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        var configuration = RegistryConfiguration(
            host: host, port: port, dataFolder: try data.map { FilePath($0) } ?? UserFolder.servedRegistry)
        configuration.isBehindProxy = behindProxy
        configuration.usersFile = users.map { FilePath($0) }
        return configuration
    }
}
