// SPDX-License-Identifier: Apache-2.0

extension ReportPage {
    /// One scenario.
    struct Row {
        let id: String
        let title: String
        let verdict: String
        let why: String
        let source: String
        let covers: String
        let note: String
        let matrix: FlowMatrix.Shown?
        let hasRaces: Bool
        let races: [Race]
        let cases: [Case]
        /// `78 more cases`, of those that are not shown.
        let more: String?
        let isOpen: Bool
    }

    struct Case {
        let name: String
        let verdict: String
        let mark: String
        let finding: String?
        let notes: String
        /// What shows the finding: it is seen without a further click.
        let evidence: [Exchange]
        let transcript: Transcript?
        let isOpen: Bool
    }

    /// All that was said in a case.
    struct Transcript {
        /// `18 exchanges`.
        let title: String
        let exchanges: [Exchange]
        /// Folded where the evidence stands above it.
        let isOpen: Bool
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
}

extension ReportPage.Row {
    /// So many cases of a scenario show their transcripts; those that did not pass come first.
    private static let shownCases = 12

    init(_ scenario: ScenarioResult) {
        id = scenario.id
        title = scenario.title
        verdict = scenario.verdict.rawValue
        why = scenario.why
        source = scenario.source
        covers = scenario.covers.joined(separator: ", ")
        note = scenario.facts
        matrix = FlowMatrix(scenario)?.shown
        races = scenario.cases.flatMap(\.races).map { ReportPage.Race($0) }
        hasRaces = !races.isEmpty
        let worstFirst = Verdict.allCases.reversed().flatMap { verdict in
            scenario.cases.filter { $0.verdict == verdict }
        }
        isOpen = scenario.verdict == .violated || scenario.verdict == .inconclusive
        let opened = isOpen ? worstFirst.first?.id : nil
        cases = worstFirst.prefix(Self.shownCases).map {
            ReportPage.Case($0, isOpen: $0.id == opened)
        }
        let hidden = worstFirst.dropFirst(Self.shownCases)
        more = hidden.isEmpty ? nil : counted(hidden.count, "more case")
    }
}

extension ReportPage.Case {
    init(_ single: CaseResult, isOpen: Bool) {
        self.isOpen = isOpen
        name = single.name.isEmpty ? "the case" : single.name
        verdict = single.verdict.rawValue
        mark = single.verdict.mark
        finding = single.finding?.clause
        notes = single.notes.map(ForeignText.shown).joined(separator: ", ")
        evidence = (single.finding?.evidence ?? []).map { ReportPage.Exchange($0) }
        transcript = ReportPage.Transcript(single, isOpen: evidence.isEmpty)
    }
}

extension ReportPage.Transcript {
    /// nil where nothing was said.
    init?(_ single: CaseResult, isOpen: Bool) {
        guard !single.transcript.isEmpty else { return nil }
        let omitted = single.omittedExchanges
        let more = omitted == 0 ? "" : "; \(counted(omitted, "exchange")) between them left out"
        title = "\(counted(single.transcript.count, "exchange"))\(more)"
        exchanges = single.transcript.map { ReportPage.Exchange($0) }
        self.isOpen = isOpen
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
