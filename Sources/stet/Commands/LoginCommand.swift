// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec
import RegistryClient
import RegistryTransport

/// `stet login`: keeps the credentials of a registry.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log in to a registry.",
        discussion: """
            stet login registry.example
            echo "$TOKEN" | stet login --user ci --password-stdin registry.example:5000

            The registry is asked first: credentials that it does not take are not kept. They go to the credential
            helper that config.json or auth.json names, else into the file; docker, podman and skopeo find them there.
            """)

    @Option(
        name: [.customShort("u"), .long, .customLong("username")],
        help: ArgumentHelp("The user name; asked for unless given.", valueName: "name"))
    var user: String?
    @Flag(name: .customLong("password-stdin"), help: "Read the password from standard input.")
    var readsPassword = false
    @Argument(help: ArgumentHelp("The registry.", valueName: "host[:port]")) var registry: String
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (name, credentials) = try await CommandFailure.asUsage {
            (try RegistryArgument.parse(registry), try await self.credentials())
        }
        let place = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.login(to: name, with: credentials) }
        }
        Terminal.error.line("logged in to \(name)")
        switch place {
        case .helper: Terminal.error.line("the credentials are with \(place)")
        case .file: Terminal.error.line("the credentials are in \(place), readable by you, not encrypted")
        }
    }

    private func login(to registry: String, with credentials: Credentials) async throws -> CredentialPlace {
        let origin = try await connection.connector().client(for: registry).origin
        let transport = RedirectingTransport(RetryingTransport(try connection.transport()))
        let kept = try await RegistryLogin(at: origin, over: transport).verify(credentials)
        return try await CredentialStore.ofUser.store(kept, for: registry)
    }

    private func credentials() async throws -> Credentials {
        guard readsPassword || Prompt.isPossible else {
            throw CommandFailure(
                "there is no terminal to ask for the password on; pipe it in with --password-stdin",
                exitCode: CommandFailure.usage)
        }
        guard !readsPassword || user != nil else {
            throw CommandFailure("--password-stdin needs --user", exitCode: CommandFailure.usage)
        }
        let name = try LoginCommand.nonEmpty(user ?? Prompt.line("user name: "), "user name")
        let password = readsPassword ? try await LoginCommand.pipedPassword() : Prompt.password("password: ")
        return .basic(user: name, password: try LoginCommand.nonEmpty(password, "password"))
    }

    /// All of standard input but the line end that `echo` adds.
    private static func pipedPassword() async throws -> String {
        var bytes = try await GivenFile.read("-")[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func nonEmpty(_ text: String?, _ noun: String) throws -> String {
        guard let text, !text.isEmpty else {
            throw CommandFailure("the \(noun) is empty", exitCode: CommandFailure.usage)
        }
        return text
    }
}

/// The registry that a person names to log in or out.
enum RegistryArgument {
    /// Takes `host`, `host:port` and `https://host/`.
    static func parse(_ text: String) throws -> String {
        guard !text.contains("@") else {
            // Somebody has written a password into the URL: it is not repeated.
            throw CommandFailure("credentials do not belong in the name", exitCode: CommandFailure.usage)
        }
        let registry = CredentialTarget(registry: text).registry
        try Reference.checkRegistry(registry)
        return registry
    }
}
