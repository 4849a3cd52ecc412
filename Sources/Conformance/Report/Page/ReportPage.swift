// SPDX-License-Identifier: Apache-2.0

/// What the page shows, in the words of its template.
struct ReportPage {
    /// One rung of the ladder of levels.
    struct Rung {
        let name: String
        /// `reached`, or `open`.
        let state: String
        /// The same for people.
        let stateWords: String
        let note: String
        let scenarios: [Row]
    }

    struct Count {
        let name: String
        let mark: String
        let count: Int
    }

    let registry: String
    let profile: String
    let runID: String
    let level: String
    /// The verdict in whose colour the level is shown.
    let colour: String
    let stopped: String?
    let leftChanged: String?
    let statements: [CertifyResult.Statement]
    let counts: [Count]
    let rungs: [Rung]
    let hasLeftBehind: Bool
    let leftBehind: [String]
    let sent: String

    init(_ result: CertifyResult) {
        registry = result.registry
        profile = result.profile + result.kindClause
        runID = result.runID
        level = result.level?.rawValue ?? "none"
        colour = ReportPage.colour(result.level).rawValue
        stopped = result.stopped?.reason
        leftChanged = result.leftChanged.map(ForeignText.shown)
        statements = result.statements.map {
            CertifyResult.Statement(name: $0.name.capitalisedFirst, value: $0.value)
        }
        counts = Verdict.allCases.reversed().compactMap { verdict in
            let count = result.scenarios.count { $0.verdict == verdict }
            return count == 0 ? nil : Count(name: verdict.rawValue, mark: verdict.mark, count: count)
        }
        rungs = result.levels.map { level in
            Rung(
                name: level.level.rawValue, state: level.isReached ? "reached" : "open",
                stateWords: level.isReached ? "reached" : "not reached", note: ReportPage.note(level),
                scenarios: result.scenarios.filter { $0.level == level.level }.map { Row($0) })
        }
        hasLeftBehind = !result.repositories.isEmpty
        leftBehind = result.leftBehind
        sent = CertifyEvent.size(Int(result.sentBytes))
    }

    /// As on the badge: a registry that only is one keeps no tag.
    private static func colour(_ level: Level?) -> Verdict {
        switch level {
        case nil, .protocol: .violated
        case .writeOnce, .deterministic, .consistent: .inconclusive
        case .sealed, .governed: .passed
        }
    }

    private static func note(_ level: LevelResult) -> String {
        if level.isReached { return "reached" }
        if level.verdict == nil { return "not reached: no scenario of it was selected" }
        if level.missing.isEmpty { return "not reached: a level below it is not" }
        return "not reached: \(level.missing.joined(separator: ", "))"
    }
}

extension Verdict {
    /// One character, for those to whom the colours look alike.
    var mark: String {
        switch self {
        case .passed: "✓"
        case .skipped: "–"
        case .inconclusive: "?"
        case .violated: "✕"
        }
    }
}
