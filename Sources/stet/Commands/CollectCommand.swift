// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// `stet gc`: removes from a registry what no manifest needs.
struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove the blobs of a stet registry that no manifest needs.",
        discussion: """
            stet gc --dry-run
            stet gc --older-than 7d --server http://127.0.0.1:5050

            Refused pushes and deleted images leave blobs behind. The registry goes on serving meanwhile; a push
            that is under way keeps its blobs, unless it takes longer than --older-than.
            """)

    @Option(
        help: ArgumentHelp(
            "Only what was pushed or mounted so long ago: a number with s, m, h or d.", valueName: "time"))
    var olderThan = Age(seconds: 24 * 3600)
    @Flag(help: "Say what would be removed, and remove nothing.") var dryRun = false
    @OptionGroup var server: AdminServerOptions

    func run() async throws {
        try await server.use { client in
            let outcome = try await client.collect(olderThan: olderThan.seconds, isDryRun: dryRun)
            switch server.format {
            case .json: Terminal.output.write(try JSONDocument.pretty(outcome))
            case .table: Terminal.output.line(line(outcome))
            }
        }
    }

    private func line(_ outcome: JSONValue) -> String {
        let number = { (name: String) in outcome[name]?.integer ?? 0 }
        let verb = dryRun ? "would remove" : "removed"
        let blobs = "\(number("blobs")) \(number("blobs") == 1 ? "blob" : "blobs")"
        let uploads = "\(number("uploads")) \(number("uploads") == 1 ? "upload" : "uploads")"
        let size = number("bytes").bytesText
        return "\(verb) \(blobs) of \(size)" + (dryRun ? "" : ", \(uploads) that nobody went on with")
    }

    /// A length of time on the command line: `90s`, `30m`, `24h`, `7d`.
    struct Age: ExpressibleByArgument {
        let seconds: Int

        init(seconds: Int) { self.seconds = seconds }

        init?(argument: String) {
            let factors: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 24 * 3600]
            guard let unit = argument.last, let factor = factors[unit], let number = Int(argument.dropLast()),
                (0...100_000).contains(number)
            else { return nil }
            seconds = number * factor
        }

        var defaultValueDescription: String { "24h" }
    }
}
