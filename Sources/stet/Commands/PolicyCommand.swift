// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Immutability
import OCISpec

/// `stet policy`: which tags stand.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Set, list and change the write-once policies of a stet registry.",
        discussion: """
            stet policy set namespace/team --except-tags latest --except-tags 'dev-*'
            stet policy list --server http://127.0.0.1:5050

            SCOPE is registry, namespace/NAME or repository/NAME; there is one policy for each.
            """,
        subcommands: [
            PolicySet.self, PolicyList.self, PolicyShow.self, PolicyEnable.self, PolicyDisable.self,
            PolicyDelete.self,
        ])
}

struct PolicySet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make the policy of a scope, or change the fields that are given.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @Option(help: ArgumentHelp("Which repositories inside the scope.", valueName: "pattern")) var images:
        [String] = []
    @Option(help: ArgumentHelp("Which tags; all unless given.", valueName: "pattern")) var tags: [String] = []
    @Option(
        name: .customLong("except-tags"), help: ArgumentHelp("Tags that stay mutable.", valueName: "pattern"))
    var exceptTags: [String] = []
    @Option(
        name: .customLong("identical-push"),
        help: """
            May the same image be pushed again under its tag? deny: no second push, as write-once says; allow: \
            for clients that push again after an answer got lost.
            """)
    var identicalPush: Policy.Rule?
    @Option(help: "May protected tags be deleted?") var deletion: Policy.Rule?
    @Option(help: "May the name of a deleted tag be used again?") var reuse: Policy.Rule?
    @OptionGroup var server: PolicyServerOptions

    func run() async throws {
        try await server.use { client in
            let policy = try await client.set(try PolicyScope(scope), fields)
            server.show([policy])
        }
    }

    private var fields: [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for (name, patterns) in [("images", images), ("tags", tags), ("exceptTags", exceptTags)]
        where !patterns.isEmpty {
            fields[name] = .array(patterns.map { .string($0) })
        }
        for (name, rule) in [("identicalPush", identicalPush), ("deletion", deletion), ("reuse", reuse)] {
            if let rule { fields[name] = .string(rule.rawValue) }
        }
        return fields
    }
}

struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all policies.")

    @OptionGroup var server: PolicyServerOptions

    func run() async throws {
        try await server.use { server.show(try await $0.list()) }
    }
}

struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the policy of a scope.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: PolicyServerOptions

    func run() async throws {
        try await server.use { server.show([try await $0.policy(try PolicyScope(scope))]) }
    }
}

struct PolicyEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Switch a policy on.")

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup var server: PolicyServerOptions

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
    @OptionGroup var server: PolicyServerOptions

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
    @OptionGroup var server: PolicyServerOptions

    func run() async throws {
        try await server.use { client in
            let scope = try PolicyScope(scope)
            try await client.delete(scope)
            Terminal.error.line("deleted the policy of \(scope)")
        }
    }
}

extension Policy.Rule: ExpressibleByArgument {}
