// SPDX-License-Identifier: Apache-2.0

/// A result for a person at a terminal.
package struct TerminalReport: Sendable {
    private let result: CertifyResult
    private let style: TerminalStyle
    /// nil for what is no terminal: each fact then has a line of its own, however long.
    private let columns: Int?

    /// The cases of a scenario that are shown with their evidence; the others are named.
    private static let shownCases = 3

    package init(_ result: CertifyResult, usesColour: Bool = false, columns: Int? = nil) {
        self.result = result
        self.columns = columns
        style = TerminalStyle(usesColour: usesColour)
    }

    /// The table by level, the violations with their evidence, and what the certificate says.
    package func render() -> String {
        let profile = "profile \(result.profile)\(result.kindClause)"
        var blocks = [hung("\(result.registry)  \(profile)  run \(result.runID)", at: 0), table]
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
            let scenarios = result.scenarios.filter { $0.level == level.level }
            let shared = TerminalReport.sharedReasons(scenarios)
            let state = level.isReached ? "reached" : reason(level)
            let why = shared.sorted { $0.key < $1.key }.map {
                "\(counted($0.value, "scenario")) skipped, \($0.key)"
            }
            lines.append(name + hung(([state] + why).joined(separator: "; "), at: 15))
            for scenario in scenarios {
                if let reason = scenario.skipReason, shared[reason] != nil { continue }
                let facts = hung(scenario.facts, at: 17 + width)
                let standsAlone = facts.isEmpty || facts.hasPrefix("\n")
                let id = standsAlone ? scenario.id : scenario.id.padded(to: width + 2)
                lines.append("  \(style.word(scenario.verdict, width: 13))\(id)\(facts)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Text that begins in a column, and goes on there where the terminal ends.
    private func hung(_ text: String, at column: Int) -> String {
        guard let columns, column + text.count > columns else { return text }
        let indent = columns - column < 24 ? 4 : column
        var (hung, used) = ("", column)
        for word in text.split(separator: " ") {
            if hung.isEmpty && used + word.count <= columns {
                (hung, used) = (String(word), used + word.count)
            } else if !hung.isEmpty && used + 1 + word.count <= columns {
                hung += " \(word)"
                used += 1 + word.count
            } else {
                hung += "\n" + String(repeating: " ", count: indent) + word
                used = indent + word.count
            }
        }
        return hung
    }

    /// Why several scenarios of a level did not run, and how many for each reason: that takes their lines' place.
    private static func sharedReasons(_ scenarios: [ScenarioResult]) -> [String: Int] {
        Dictionary(grouping: scenarios.compactMap(\.skipReason)) { $0 }.mapValues(\.count).filter {
            $0.value > 3
        }
    }

    private func reason(_ level: LevelResult) -> String {
        if level.verdict == nil { return "not reached: it has no scenario yet" }
        if level.missing.isEmpty { return "not reached: a level below it is not" }
        return "not reached"
    }

    private func problems(_ verdict: Verdict, _ title: String) -> [String] {
        let scenarios = result.levels.flatMap { level in
            result.scenarios.filter { $0.level == level.level && $0.verdict == verdict }
        }
        return scenarios.isEmpty ? [] : [style.bold(title)] + scenarios.map { problem($0, verdict) }
    }

    private func problem(_ scenario: ScenarioResult, _ verdict: Verdict) -> String {
        let title = hung(scenario.title, at: scenario.id.count + 2)
        var lines = ["\(style.bold(scenario.id)): \(title)"]
        let cases = scenario.cases.filter { $0.verdict == verdict }
        for single in cases.prefix(TerminalReport.shownCases) {
            guard let finding = single.finding else { continue }
            let clause = (single.name.isEmpty ? "" : "\(single.name): ") + finding.clause
            lines.append("  " + hung(clause.indented(by: 2), at: 2))
            lines += finding.evidence.flatMap(evidence)
        }
        if cases.count > TerminalReport.shownCases {
            lines.append(
                "  and \(counted(cases.count - TerminalReport.shownCases, "more case"))")
        }
        let covers = scenario.covers.isEmpty ? "" : " (\(scenario.covers.joined(separator: ", ")))"
        let width = min(columns ?? 100, 100)
        lines.append("why it matters: \(scenario.why)".wrapped(at: width, indent: 2))
        lines.append("source: \(scenario.source)\(covers)".wrapped(at: width, indent: 2))
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
            let roots = result.roots.joined(separator: " and ")
            lines.append(hung("Left behind: \(noun) of some kilobytes, all under \(roots)", at: 0))
        }
        return lines.joined(separator: "\n")
    }
}
