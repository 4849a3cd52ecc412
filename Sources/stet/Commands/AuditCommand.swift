// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// `stet audit`: what was done to tags, manifests and policies, and what was refused.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show the audit trail of a stet registry, the newest event first.",
        discussion: """
            stet audit --action push-refused --repository team/app
            stet audit --limit 1000 --format json --server http://127.0.0.1:5050
            """)

    @Option(help: ArgumentHelp("Only events of this repository.", valueName: "name")) var repository: String?
    @Option(help: ArgumentHelp("Only events of this tag.", valueName: "tag")) var tag: String?
    @Option(
        help: ArgumentHelp(
            "Only such events: tag-created, tag-moved, tag-deleted, manifest-deleted, push-refused, "
                + "deletion-refused, policy-created, policy-changed, policy-deleted, blobs-collected, access-denied, "
                + "login-refused.",
            valueName: "action"))
    var action: String?
    @Option(help: ArgumentHelp("So many events at most.", valueName: "count")) var limit = 100
    @Option(help: ArgumentHelp("Only events before the one with this number.", valueName: "id"))
    var before: Int64?
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { client in
            var query = [("n", "\(limit)")]
            for (name, value) in [("repository", repository), ("tag", tag), ("action", action)] {
                if let value { query.append((name, value)) }
            }
            if let before { query.append(("before", "\(before)")) }
            let events = try await client.audit(query)
            switch server.format {
            case .json: Terminal.output.write(try JSONDocument.pretty(JSONValue.array(events)))
            case .table: Terminal.output.line(table(events).text)
            }
        }
    }

    private func table(_ events: [JSONValue]) -> TextTable {
        var table = TextTable([
            "ID", "AT", "ACTOR", "ADDRESS", "ACTION", "WHAT", "DIGEST", "STANDING", "POLICY",
        ])
        for event in events {
            let text = { (name: String) in event[name]?.string }
            let what = [text("repository"), text("tag")].compactMap { $0 }.joined(separator: ":")
            table.add([
                "\(event["id"]?.integer ?? 0)", text("at") ?? "-", text("actor") ?? "-",
                text("address") ?? "-", text("action") ?? "-",
                what.isEmpty ? "-" : what, short(text("digest")), short(text("standing")),
                text("policy") ?? "-",
            ])
        }
        return table
    }

    /// Enough of a digest to tell it from others by eye.
    private func short(_ digest: String?) -> String {
        digest.map { String($0.prefix(19)) } ?? "-"
    }
}
