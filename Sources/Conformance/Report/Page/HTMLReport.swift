// SPDX-License-Identifier: Apache-2.0

import Mustache
package import OCISpec

/// A result as one page: `report.html`, without scripts and without anything from the network.
package enum HTMLReport {
    /// UTF-8.
    package static func render(_ result: CertifyResult) throws(InvalidValue) -> [UInt8] {
        do {
            return Array(try MustacheTemplate(string: PageTemplate.text).render(ReportPage(result)).utf8)
        } catch {
            throw InvalidValue("page template", "report.html", "\(error)")
        }
    }
}

/// What the page shows, in the words of its template.
struct ReportPage {
    /// One rung of the ladder of levels.
    struct Rung {
        let name: String
        let state: String
        let note: String
        let scenarios: [Row]
    }

    struct Count {
        let name: String
        let count: Int
    }

    struct Row {
        let id: String
        let title: String
        let verdict: String
        let why: String
        let source: String
        let covers: String
        let note: String
        let matrix: String?
        let races: [Race]
        let cases: [Case]
        let isOpen: Bool
    }

    struct Case {
        let name: String
        let verdict: String
        let finding: String?
        let notes: String
        let exchanges: [Exchange]
        let omitted: String?
    }

    struct Race {
        let picture: String
        let exchanges: [Exchange]
        let hasExchanges: Bool
    }

    struct Exchange {
        let line: String
        /// Since the case began.
        let time: String?
        let request: String
        let response: String
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
            return count == 0 ? nil : Count(name: verdict.rawValue, count: count)
        }
        rungs = result.levels.map { level in
            Rung(
                name: level.level.rawValue, state: level.isReached ? "reached" : "open",
                note: ReportPage.note(level),
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

extension ReportPage.Row {
    /// So many cases of a scenario show their transcripts; those that did not pass come first.
    private static let shownCases = 12

    init(_ scenario: ScenarioResult) {
        let cases = scenario.cases.filter { $0.id != CaseResult.togetherID }
        let passed = cases.count { $0.verdict == .passed }
        var parts = cases.count > 1 ? ["\(passed) of \(cases.count) cases"] : []
        parts += (cases.first?.notes ?? []).map(ForeignText.shown)
        if let lack = scenario.lackClause { parts.append(lack) }
        if let caveat = scenario.caveat { parts.append(caveat) }
        if scenario.severity == .should { parts.append("recommended") }
        id = scenario.id
        title = scenario.title
        verdict = scenario.verdict.rawValue
        why = scenario.why
        source = scenario.source
        covers = scenario.covers.joined(separator: ", ")
        note = parts.joined(separator: ", ")
        matrix = FlowMatrix(scenario)?.svg
        races = scenario.cases.flatMap(\.races).map { ReportPage.Race($0) }
        let worstFirst = Verdict.allCases.reversed().flatMap { verdict in
            scenario.cases.filter { $0.verdict == verdict }
        }
        self.cases = worstFirst.prefix(Self.shownCases).map { ReportPage.Case($0) }
        isOpen = scenario.verdict == .violated
    }
}

extension ReportPage.Case {
    init(_ single: CaseResult) {
        name = single.name.isEmpty ? "the case" : single.name
        verdict = single.verdict.rawValue
        finding = single.finding?.clause
        notes = single.notes.map(ForeignText.shown).joined(separator: ", ")
        exchanges = single.transcript.map { ReportPage.Exchange($0) }
        omitted = single.omittedExchanges == 0 ? nil : counted(single.omittedExchanges, "exchange")
    }
}

extension ReportPage.Race {
    init(_ round: RaceRound) {
        picture = RacePicture(round).svg
        exchanges = (round.exchanges ?? []).map { ReportPage.Exchange($0) }
        hasExchanges = !exchanges.isEmpty
    }
}

extension ReportPage.Exchange {
    init(_ record: ExchangeRecord) {
        line = record.line
        time = record.clause
        request = Self.text(record.requestHeaders, record.requestBody ?? Self.size(record.requestBodySize))
        response = Self.text(record.responseHeaders, record.responseBody ?? record.failure ?? "")
    }

    private static func size(_ bytes: Int) -> String { bytes == 0 ? "" : "(\(bytes) bytes)" }

    private static func text(_ fields: [ExchangeRecord.Field], _ body: String) -> String {
        let head = fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        return ForeignText.shown(body.isEmpty ? head : "\(head)\n\n\(body)")
    }
}
