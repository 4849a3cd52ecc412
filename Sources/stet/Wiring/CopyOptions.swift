// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec
import RegistryClient

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
            try await Interruption.watch {
                let connector = try connection.connector()
                let source = try await from.found(as: sourceText, over: connector)
                return try await self.copy(source, to: to, platform: wanted, over: connector)
            }
        }
        result.show(format)
    }

    private func copy(
        _ from: ImageLocation, to: ImageLocation, platform: Platform?, over connector: RegistryConnector
    ) async throws -> CopyResult {
        let source = try await open(from, platform: platform, over: connector)
        let outcome = try await ImageTarget(location: to).receive(source, jobs: jobs, over: connector)
        return CopyResult(source: source.name, target: to.description, outcome: outcome, root: source.root)
    }

    /// An image of this machine that is not there is the person's to mend.
    private func open(
        _ location: ImageLocation, platform: Platform?, over connector: RegistryConnector
    ) async throws -> ImageSource {
        guard case .registry = location else {
            return try await CommandFailure.asUsage {
                try await ImageSource.open(location, platform: platform, over: connector)
            }
        }
        return try await ImageSource.open(location, platform: platform, over: connector)
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
