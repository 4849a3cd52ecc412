// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// How `copy`, `push` and `pull` move images, and how they say what they did.
struct CopyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Which image of an index; this machine's unless given.", valueName: "os/arch"))
    var platform: String?
    @Flag(help: "The whole index with all its images.") var all = false
    @Option(help: "How many contents travel at once.") var jobs = 4
    @Option(help: "How to print the result: text or json.") var format = ResultFormat.text
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard jobs >= 1 else { throw ValidationError("--jobs must be at least 1") }
        guard !all || platform == nil else {
            throw ValidationError("--all and --platform exclude each other")
        }
    }

    /// Copies, and prints the digest.
    func copy(from sourceText: String, to targetText: String) async throws {
        let (from, to, wanted) = try await CommandFailure.asUsage {
            (
                try ImageLocation(sourceText), try ImageLocation(targetText),
                all ? nil : try platform.map { try Platform($0) } ?? .host
            )
        }
        let result = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.copy(from, to: to, platform: wanted) }
        }
        result.show(format)
    }

    private func copy(
        _ from: ImageLocation, to: ImageLocation, platform: Platform?
    ) async throws -> CopyResult {
        let connector = try connection.connector()
        let source = try await ImageSource.open(from, platform: platform, over: connector)
        let outcome = try await ImageTarget(location: to).receive(source, jobs: jobs, over: connector)
        return CopyResult(source: source.name, target: to.description, outcome: outcome, root: source.root)
    }
}

enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// What was copied.
private struct CopyResult: Encodable {
    let source: String
    let target: String
    let outcome: ImageTarget.Outcome
    let root: Descriptor

    func show(_ format: ResultFormat) {
        switch format {
        case .json: Terminal.output.write((try? JSONDocument.pretty(self)) ?? [])
        case .text:
            let words =
                switch outcome {
                case .published: "published \(target)"
                case .alreadyPublished: "already published: \(target) is this very image"
                case .copied: "copied \(source) to \(target)"
                }
            Terminal.error.line(words)
            Terminal.output.line("\(root.digest)")
        }
    }
}
