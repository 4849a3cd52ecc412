// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Immutability
import OCISpec

/// `stet policy preview`: what a policy would protect, before it does.
struct PolicyPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show which tags a policy would protect, without setting it.",
        discussion: """
            stet policy preview namespace/team --tags 'v*' --except-tags 'v*-rc*'
            stet policy preview registry --tags 'v*' --name team/app:v9 --name team/app:nightly

            The tags that exist are shown, or the names that are given; fields without a flag are those of the
            policy that the scope has.
            """)

    @Argument(help: "registry, namespace/NAME or repository/NAME.") var scope: String
    @OptionGroup(title: "Fields") var fields: PolicyFields
    @Option(
        name: .customLong("name"),
        help: ArgumentHelp(
            "Ask about this name, which need not exist; repeatable.", valueName: "repository:tag"))
    var names: [String] = []
    @Option(help: ArgumentHelp("Show at most so many tags; all are counted.", valueName: "count"))
    var limit = 100
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { client in
            let answer = try await client.preview(
                try PolicyScope(scope), fields.members, names: names.isEmpty ? nil : names, limit: limit)
            switch server.format {
            case .json: Terminal.output.write(try JSONDocument.pretty(answer))
            case .table: show(answer)
            }
        }
    }

    private func show(_ answer: JSONValue) {
        var table = TextTable(["NAME", "WOULD BE", "IS", "BY"])
        let tags = answer["tags"]?.array ?? []
        for tag in tags {
            let scopes = tag["policies"]?.array?.compactMap(\.string) ?? []
            table.add([
                "\(tag["repository"]?.string ?? ""):\(tag["tag"]?.string ?? "")", word(tag["protected"]),
                word(tag["protectedNow"]), scopes.isEmpty ? "-" : scopes.joined(separator: ","),
            ])
        }
        if !tags.isEmpty { Terminal.output.line(table.text) }
        let counts = answer["counts"]
        let count = { (name: String) in counts?[name]?.integer ?? 0 }
        Terminal.error.line(
            "\(count("protected")) of \(count("tags")) tags in \(scope) would be protected: "
                + "\(count("newlyProtected")) new, \(count("released")) released")
    }

    private func word(_ value: JSONValue?) -> String {
        value == .bool(true) ? "protected" : "mutable"
    }
}
