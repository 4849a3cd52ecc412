// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec
import RegistryClient

/// How `copy`, `push` and `pull` move images, and how they say what they did.
struct CopyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Which image of an index; this machine's unless given.", valueName: "os/arch"))
    var platform: String?
    @Flag(help: "The whole index with all its images.") var all = false
    @Option(help: ArgumentHelp("Give the manifests these media types: oci or docker.", valueName: "family"))
    var convert: ImageFormat?
    @Option(help: "How many contents travel at once.") var jobs = 4
    @Option(help: "How to print the result: text or json.") var format = ResultFormat.text
    @Flag(name: .shortAndLong, help: "Print the digest and nothing else.") var quiet = false
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard jobs >= 1 else { throw ValidationError("--jobs must be at least 1") }
        guard !all || platform == nil else {
            throw ValidationError("--all and --platform exclude each other")
        }
    }

    /// Copies, and prints the digest.
    ///
    /// - Throws: When it was not done, or one of the `tags` was refused.
    func copy(from sourceText: String, to targetText: String, alsoAs tags: [Tag] = []) async throws {
        let (from, to, wanted) = try await CommandFailure.asUsage {
            (
                try ImageLocation(sourceText), try ImageLocation(targetText),
                all ? nil : try platform.map { try Platform($0) } ?? .host
            )
        }
        let target = ImageTarget(location: to, alsoAs: tags)
        try target.check()
        let result = try await CommandFailure.asFailure {
            try await Interruption.watch {
                let connector = try connection.connector()
                let location = try await from.found(as: sourceText, over: connector)
                let source = try await self.open(location, platform: wanted, over: connector)
                if platform != nil, let wanted { try await source.check(isFor: wanted) }
                return try await self.copy(source, to: target, over: connector)
            }
        }
        result.show(format == .json ? .json : quiet ? .digestOnly : .text)
        try result.check()
    }

    private func copy(
        _ found: ImageSource, to target: ImageTarget, over connector: RegistryConnector
    ) async throws -> CopyResult {
        var source = found
        if let convert { source = try await found.converted(to: convert) }
        let isSilent = quiet || format == .json
        if !isSilent { target.explain(source.root) }
        let reception = try await TransferConsole(isQuiet: isSilent).show { [source] report in
            var settings = CopySettings(jobs: jobs)
            settings.report = report
            return try await target.receive(source, settings, over: connector)
        }
        var result = CopyResult(
            source: source.name, target: target.location.description, outcome: reception.outcome,
            root: source.root)
        if source.root.digest != found.root.digest { result.convertedFrom = found.root.digest }
        if !target.tags.isEmpty { result.tags = reception.tags }
        return result
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

extension ImageFormat: ExpressibleByArgument {}
