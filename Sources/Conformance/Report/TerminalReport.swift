// SPDX-License-Identifier: Apache-2.0

/// A result for a person at a terminal.
package struct TerminalReport: Sendable {
    private let result: CertifyResult
    private let style: TerminalStyle

    /// The cases of a scenario that are shown with their evidence; the others are named.
    private static let shownCases = 3

    package init(_ result: CertifyResult, usesColour: Bool = false) {
        self.result = result
        style = TerminalStyle(usesColour: usesColour)
    }

    /// The table by level, the violations with their evidence, and what the certificate says.
    package func render() -> String {
        var blocks = [
            "\(result.registry)  profile \(result.profile)\(result.kindClause)  run \(result.runID)", table,
        ]
        blocks += problems(.violated, "Violated")
        blocks += problems(.inconclusive, "Inconclusive")
        blocks.append(conclusion)
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var table: String {
        let width = result.scenarios.map(\.id.count).max() ?? 0
        var lines: [String] = []
        for level in result.levels {
            let name = style.bold(level.level.rawValue.padded(to: 15))
            lines.append(name + (level.isReached ? "reached" : reason(level)))
            for scenario in result.scenarios where scenario.level == level.level {
                let facts = facts(scenario)
                let id = facts.isEmpty ? scenario.id : scenario.id.padded(to: width + 2)
                lines.append("  \(style.word(scenario.verdict, width: 13))\(id)\(facts)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private func reason(_ level: LevelResult) -> String {
        if level.verdict == nil { return "not reached: it has no scenario yet" }
        if level.missing.isEmpty { return "not reached: a level below it is not" }
        return "not reached"
    }

    /// `6 of 6 cases, 5 rounds of 32 writers`, and why a scenario did not run.
    private func facts(_ scenario: ScenarioResult) -> String {
        let cases = scenario.cases.filter { $0.id != CaseResult.togetherID }
        let passed = cases.count { $0.verdict == .passed }
        var parts = cases.count > 1 ? ["\(passed) of \(cases.count) cases"] : []
        parts += (cases.first?.notes ?? []).map(ForeignText.shown)
        if let caveat = scenario.caveat { parts.append(caveat) }
        if scenario.severity == .should { parts.append("recommended") }
        if scenario.verdict == .skipped, let single = cases.first(where: { $0.verdict == .skipped }) {
            parts.append(single.finding?.clause ?? "")
        }
        return parts.joined(separator: ", ")
    }

    private func problems(_ verdict: Verdict, _ title: String) -> [String] {
        let scenarios = result.levels.flatMap { level in
            result.scenarios.filter { $0.level == level.level && $0.verdict == verdict }
        }
        return scenarios.isEmpty ? [] : [style.bold(title)] + scenarios.map { problem($0, verdict) }
    }

    private func problem(_ scenario: ScenarioResult, _ verdict: Verdict) -> String {
        var lines = ["\(style.bold(scenario.id)): \(scenario.title)"]
        let cases = scenario.cases.filter { $0.verdict == verdict }
        for single in cases.prefix(TerminalReport.shownCases) {
            guard let finding = single.finding else { continue }
            lines.append(
                "  \(single.name.isEmpty ? "" : "\(single.name): ")\(finding.clause)".indented(by: 2))
            if let exchange = finding.exchange { lines += evidence(exchange) }
        }
        if cases.count > TerminalReport.shownCases {
            lines.append(
                "  and \(counted(cases.count - TerminalReport.shownCases, "more case"))")
        }
        let covers = scenario.covers.isEmpty ? "" : " (\(scenario.covers.joined(separator: ", ")))"
        lines.append("why it matters: \(scenario.why)".wrapped(at: 100, indent: 2))
        lines.append("source: \(scenario.source)\(covers)".wrapped(at: 100, indent: 2))
        return lines.joined(separator: "\n")
    }

    /// The request, and the answer with its body in one line.
    private func evidence(_ exchange: ExchangeRecord) -> [String] {
        let body = exchange.responseBody.map { [ForeignText.line($0)] } ?? []
        return ([exchange.line] + body).map { "    \($0)" }
    }

    private var conclusion: String {
        var lines = ["Level reached: \(style.bold(result.level?.rawValue ?? "none"))"]
        lines += result.statements.map { "\($0.name.capitalisedFirst): \($0.value)" }
        if let stopped = result.stopped { lines.append("Not all cases ran: \(stopped.reason)") }
        if let left = result.leftChanged {
            lines.append("The registry could not be put back as it was: \(ForeignText.shown(left))")
        }
        let count = result.repositories.count
        if count > 0 {
            let tags = (result.ending.tags ?? [:]).values.reduce(0) { $0 + $1.count }
            let noun = counted(count, "repository") + (tags > 0 ? " with \(counted(tags, "tag"))" : "")
            lines.append(
                "Left behind: \(noun) of some kilobytes, all under \(result.roots.joined(separator: " and "))"
            )
        }
        return lines.joined(separator: "\n")
    }
}
