// SPDX-License-Identifier: Apache-2.0

/// What a run found out about a registry.
package struct CertifyResult: Codable, Sendable {
    /// The registry's base URL.
    package let registry: String
    package let profile: String
    /// By what the profile demands; nil in reports of older versions.
    private let measure: CertificateStatement.Kind?
    package let runID: String
    package let suites: [SuiteResult]
    /// All levels, the lowest first.
    package let levels: [LevelResult]
    /// The highest level reached; nil when not even the lowest is.
    package let level: Level?
    /// What the certificate states beside the level: `identical push: denied`.
    package let statements: [Statement]
    /// Why not all cases ran; nil when they did.
    package let stopped: RunStop?
    var ending: Ending

    /// A fact on which registries may differ, but not within themselves.
    package struct Statement: Hashable, Codable, Sendable {
        package let name: String
        /// `accepted`, `denied`, or `inconsistent`.
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How a run left the registry.
    struct Ending: Codable, Sendable {
        var cleaned: [String] = []
        var sentBytes: Int64 = 0
        var leftChanged: String?
        /// The tags that were made and left, by repository; nil in reports of older versions.
        var tags: [String: [String]]?
    }

    /// The repositories that the run has made and emptied again.
    package var cleaned: [String] { ending.cleaned }
    /// How many bytes the run has sent in bodies.
    package var sentBytes: Int64 { ending.sentBytes }
    /// What could not be put back as it was found, as one clause; nil when all was.
    package var leftChanged: String? { ending.leftChanged }

    init(
        _ request: CertifyRequest, suites: [SuiteResult], statements: [Statement], stopped: RunStop? = nil,
        ending: Ending = Ending()
    ) {
        self.stopped = stopped
        self.ending = ending
        registry = "\(request.registry)"
        profile = request.profile.name
        measure = CertificateStatement.Kind(request.profile)
        runID = request.runID
        self.suites = suites
        levels = LevelResult.levels(of: suites.flatMap(\.scenarios))
        level = levels.last { $0.isReached }?.level
        self.statements = statements
    }

    /// What a certificate of this run would be: strict by what the profile demands, not by its name.
    package var kind: CertificateStatement.Kind {
        measure ?? (profile == Profile.strictName ? .strict : .functional)
    }

    package var scenarios: [ScenarioResult] { suites.flatMap(\.scenarios) }

    /// The repositories that the run has made and left behind: what is write-once cannot be cleaned up.
    package var repositories: [String] {
        let cleaned = Set(cleaned)
        return scenarios.flatMap(\.cases)
            .flatMap { single in (single.repository.map { [$0] } ?? []) + single.otherRepositories }
            .filter { !cleaned.contains($0) }
    }

    /// What the run has made and left behind, each as `repository: v1, v2`.
    package var leftBehind: [String] {
        let tags = ending.tags ?? [:]
        let others = tags.keys.filter { !repositories.contains($0) }.sorted()
        return (repositories + others).map { name in
            guard let own = tags[name], !own.isEmpty else { return name }
            let more = own.count - CertifyResult.shownTags
            let list = own.prefix(CertifyResult.shownTags).joined(separator: ", ")
            return "\(name): \(list)\(more > 0 ? " and \(more) more" : "")"
        }
    }

    /// `report.json` has them all.
    private static let shownTags = 20

    /// What all ``repositories`` are under, each once: `stet-certify/RUN`.
    package var roots: [String] {
        var roots: [String] = []
        for repository in repositories {
            let parts = repository.split(separator: "/")
            let end = parts.firstIndex { $0 == runID } ?? max(0, parts.count - 2)
            let root = parts[...end].joined(separator: "/")
            if !roots.contains(root) { roots.append(root) }
        }
        return roots
    }

    /// The exit status of `certify`.
    ///
    /// - Returns: 130 after an interruption; 0 when `required` is reached; 1 when a scenario that it needs is
    ///   violated, was not selected or was weakened; 3 when it is not reached and nothing worse than an
    ///   inconclusive scenario or the end of the run stands in its way. (2 is for bad usage and configuration.)
    package func exitCode(requiring required: Level) -> Int32 {
        if stopped == .interrupted { return 130 }
        if let level, level >= required { return 0 }
        let needed = scenarios.filter { $0.level <= required && $0.isNeeded }
        let worst = needed.map(\.verdict).max() ?? .skipped
        return worst != .violated && (worst == .inconclusive || stopped != nil) ? 3 : 1
    }
}
