// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import RegistryTransport

/// `stet logout`: forgets the credentials of a registry.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forget the credentials of a registry.",
        discussion: """
            stet logout registry.example
            stet logout --all

            They are removed from every place where stet would find them: files and credential helpers.
            """)

    @Flag(help: "Forget the credentials of all registries.") var all = false
    @Argument(help: ArgumentHelp("The registry.", valueName: "host[:port]")) var registry: String?

    func validate() throws {
        guard all != (registry != nil) else { throw ValidationError("Name a registry, or give --all.") }
    }

    func run() async throws {
        let name = try await CommandFailure.asUsage { try registry.map(RegistryArgument.parse) }
        try await CommandFailure.asFailure {
            try await Interruption.watch {
                let names = if let name { [name] } else { try await CredentialStore.ofUser.registries() }
                for name in names { try await Self.logout(of: name) }
                if names.isEmpty { Terminal.error.line("not logged in anywhere") }
            }
        }
    }

    private static func logout(of registry: String) async throws {
        let places = try await CredentialStore.ofUser.erase(registry)
        guard !places.isEmpty else {
            Terminal.error.line("not logged in to \(registry)")
            return
        }
        let list = places.map(\.description).joined(separator: ", ")
        Terminal.error.line("logged out of \(registry): removed from \(list)")
    }
}
