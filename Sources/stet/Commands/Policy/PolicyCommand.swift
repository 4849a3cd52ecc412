// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Immutability
import OCISpec

/// `stet policy`: which tags stand.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Set, preview, list and change the write-once policies of a stet registry.",
        discussion: """
            stet policy set namespace/team --except-tags latest --except-tags 'dev-*'
            stet policy list --server http://127.0.0.1:5050

            SCOPE is registry, namespace/NAME or repository/NAME; there is one policy for each.
            """,
        subcommands: [
            PolicySet.self, PolicyList.self, PolicyShow.self, PolicyEnable.self, PolicyDisable.self,
            PolicyPreviewCommand.self, PolicyDelete.self,
        ])
}

struct PolicySet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make the policy of a scope, or change the fields that are given.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup(title: "Fields") var fields: PolicyFields
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { client in
            let policy = try await client.set(try PolicyScope(scope), fields.members)
            server.show([policy])
        }
    }
}

struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all policies.")

    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { server.show(try await $0.list()) }
    }
}

struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the policy of a scope.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { server.show([try await $0.policy(try PolicyScope(scope))]) }
    }
}

struct PolicyEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Switch a policy on.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use {
            server.show([try await $0.change(try PolicyScope(scope), ["enabled": .bool(true)])])
        }
    }
}

struct PolicyDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Switch a policy off; it keeps its fields.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use {
            server.show([try await $0.change(try PolicyScope(scope), ["enabled": .bool(false)])])
        }
    }
}

struct PolicyDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove the policy of a scope.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { client in
            let scope = try PolicyScope(scope)
            try await client.delete(scope)
            Terminal.error.line("deleted the policy of \(scope)")
        }
    }
}
