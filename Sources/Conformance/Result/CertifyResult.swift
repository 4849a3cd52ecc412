// SPDX-License-Identifier: Apache-2.0

/// What a run found out about a registry.
package struct CertifyResult: Codable, Sendable {
    /// The registry's base URL.
    package let registry: String
    package let profile: String
    package let runID: String
    package internal(set) var suites: [SuiteResult]
    /// All levels, the lowest first.
    package let levels: [LevelResult]
    /// The highest level reached; nil when not even the lowest is.
    package let level: Level?
    /// What the certificate states beside the level: `identical push: denied`.
    package let statements: [Statement]
    /// Why not all cases ran; nil when they did.
    package let stopped: RunStop?

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

    init(
        _ request: CertifyRequest, suites: [SuiteResult], statements: [Statement], stopped: RunStop? = nil
    ) {
        self.stopped = stopped
        registry = "\(request.registry)"
        profile = request.profile.name
        runID = request.runID
        self.suites = suites
        levels = LevelResult.levels(of: suites.flatMap(\.scenarios))
        level = levels.last { $0.isReached }?.level
        self.statements = statements
    }

    package var scenarios: [ScenarioResult] { suites.flatMap(\.scenarios) }

    /// The repositories that the run has made and left behind: what is write-once cannot be cleaned up.
    package var repositories: [String] { scenarios.flatMap(\.cases).compactMap(\.repository) }

    /// The exit status of `certify`.
    ///
    /// - Returns: 130 after an interruption; 0 when `required` is reached; 1 when a scenario that it needs is
    ///   violated, was not selected or was weakened; 3 when it is not reached and nothing worse than an
    ///   inconclusive scenario or the end of the run stands in its way. (2 is for bad usage and configuration.)
    package func exitCode(requiring required: Level) -> Int32 {
        if stopped == .interrupted { return 130 }
        if let level, level >= required { return 0 }
        let needed = scenarios.filter { $0.level <= required && $0.severity == .must }
        let worst = needed.map(\.verdict).max() ?? .skipped
        return worst != .violated && (worst == .inconclusive || stopped != nil) ? 3 : 1
    }
}
