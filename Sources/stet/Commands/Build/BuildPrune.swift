// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ContainerRun
import DockerfileSyntax
import ImageBuild
import ImageStore

/// `stet build prune`: takes from the build cache.
struct BuildPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: BuildPrune.name, abstract: "Take steps out of the build cache, and free their space.",
        usage: "stet build prune [--all | --filter until=DURATION | --keep-storage SIZE] [--dry-run]",
        discussion: """
            stet build prune --all
            stet build prune --filter until=72h
            stet build prune --keep-storage 10g
            stet build prune --all --dry-run

            Without an option, what was of no use for a week goes: steps, unpacked root file systems, tables of files;
            with --all the folders of RUN --mount=type=cache too. Images keep their layers.
            """,
        shouldDisplay: false)

    /// What the parser calls it: a command with arguments of its own cannot have subcommands beside them.
    static let name = "build-prune"

    /// Makes one word of `build prune`; a folder of that name is `./prune`.
    static func joined(_ arguments: [String]) -> [String] {
        arguments.starts(with: ["build", "prune"]) ? [name] + arguments.dropFirst(2) : arguments
    }

    @Flag(name: .shortAndLong, help: "Everything.") var all = false
    @Option(help: ArgumentHelp("until=DURATION: what was of no use for so long.", valueName: "filter"))
    var filter: String?
    @Option(
        name: .customLong("keep-storage"),
        help: ArgumentHelp("Keep the latest layers of so many bytes: 10g.", valueName: "size"))
    var keepStorage: String?
    @Flag(name: .customLong("dry-run"), help: "Say what would go, and remove nothing.") var isDry = false
    @Flag(name: .shortAndLong, help: "Ask nothing: it never does.") var force = false

    func validate() throws {
        let given = [all, filter != nil, keepStorage != nil].count { $0 }
        guard given <= 1 else {
            throw ValidationError("--all, --filter and --keep-storage exclude each other")
        }
        _ = try pruning
    }

    private var pruning: BuildCache.Pruning {
        get throws {
            if all { return .all }
            if let keepStorage {
                guard let size = ByteCount(keepStorage) else {
                    throw ValidationError("--keep-storage is \"\(keepStorage)\", not a size such as 10g")
                }
                return .keepingBytes(size.bytes)
            }
            guard let filter else { return .unused(for: .seconds(7 * 24 * 3_600)) }
            guard filter.hasPrefix("until="), let age = GoDuration(String(filter.dropFirst(6))) else {
                throw ValidationError("--filter is \"\(filter)\", not until=DURATION such as until=72h")
            }
            return .unused(for: age.duration)
        }
    }

    func run() async throws {
        // Unpacked root file systems have many owners.
        try? UserNamespace.enterIfNeeded()
        let (pruning, isDry) = (try pruning, isDry)
        let (steps, roots, store) = try await CommandFailure.asFailure {
            try await Interruption.watch {
                let cache = try BuildPlaces.cache
                let store = try ImageLayout(creating: UserFolder.imageStore)
                let steps = try await BlockingThread.run { try cache.prune(pruning, isDry: isDry) }
                let roots = try await BuildPlaces.commands.prune(unusedFor: pruning.age, isDry: isDry)
                let kept = isDry ? steps.kept : try await BuildPlaces.cachedLayers()
                let collected = try await store.collectGarbage(
                    keeping: kept, patience: .seconds(10), isDry: isDry)
                return (steps, roots, collected)
            }
        }
        let lines = [
            (Self.count(steps.records, "step", "steps"), steps.otherBytes),
            (Self.count(roots.stacks, "unpacked layer", "unpacked layers"), roots.bytes),
            (Self.contents(store) + " of the store", store.bytes),
        ]
        for (what, bytes) in lines {
            Terminal.error.line("\(isDry ? "would remove" : "removed") \(what): \(bytes.bytesText)")
        }
        let total = lines.reduce(0) { $0 + $1.1 }
        Terminal.error.line("\(isDry ? "would free" : "freed") \(total.bytesText)")
    }

    /// Leftovers are those of builds and pulls that were killed.
    private static func contents(_ collected: ImageLayout.Collected) -> String {
        let contents = count(collected.contents, "content", "contents")
        guard collected.leftovers > 0 else { return contents }
        return contents + " and " + count(collected.leftovers, "leftover", "leftovers")
    }

    private static func count(_ number: Int, _ one: String, _ several: String) -> String {
        "\(number) \(number == 1 ? one : several)"
    }
}

extension BuildCache.Pruning {
    /// How long an unpacked root file system must have been of no use.
    fileprivate var age: Duration {
        switch self {
        case .all: .zero
        case .unused(let age): age
        case .keepingBytes: .seconds(7 * 24 * 3_600)
        }
    }
}
