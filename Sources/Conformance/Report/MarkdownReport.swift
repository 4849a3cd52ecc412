// SPDX-License-Identifier: Apache-2.0

/// A result for a pull request: `summary.md`.
///
/// Source: GitHub Flavored Markdown, whose tables GitLab and Azure DevOps read too.
package enum MarkdownReport {
    /// So many violations are told with their evidence.
    private static let shown = 20
    /// So many repositories are listed: GitHub takes 65,536 characters for a comment.
    private static let shownRepositories = 40

    package static func render(_ result: CertifyResult) -> String {
        var blocks = [
            "## `\(result.registry)`: \(result.level.map { "**\($0.rawValue)**" } ?? "**not certified**")",
            "Profile `\(result.profile)`\(result.kindClause), run `\(result.runID)`.\(stop(result))",
            table(result),
        ]
        if !result.statements.isEmpty {
            blocks.append(result.statements.map { "- \($0.name): **\($0.value)**" }.joined(separator: "\n"))
        }
        for verdict in [Verdict.violated, .inconclusive] { blocks += problems(verdict, in: result) }
        if let left = result.leftChanged {
            blocks.append(
                "**The registry could not be put back as it was:** \(inline(ForeignText.shown(left)))")
        }
        if !result.repositories.isEmpty {
            let lines = result.leftBehind
            var list = lines.prefix(shownRepositories).map { "- `\($0)`" }.joined(separator: "\n")
            if lines.count > shownRepositories {
                list += "\n- and \(lines.count - shownRepositories) more: see `report.json`"
            }
            blocks.append(
                "<details><summary>\(counted(result.repositories.count, "repository")) left behind</summary>\n\n\(list)\n\n</details>"
            )
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func stop(_ result: CertifyResult) -> String {
        result.stopped.map { " **Not all cases ran: \($0.reason).**" } ?? ""
    }

    private static func table(_ result: CertifyResult) -> String {
        var lines = ["| Level | | Passed | Violated | Inconclusive | Skipped |", "|---|---|--:|--:|--:|--:|"]
        for level in result.levels {
            let own = result.scenarios.filter { $0.level == level.level }
            let count = { (verdict: Verdict) in "\(own.count { $0.verdict == verdict })" }
            lines.append(
                "| \(level.level.rawValue) | \(level.isReached ? "reached" : "not reached") | \(count(.passed))"
                    + " | \(count(.violated)) | \(count(.inconclusive)) | \(count(.skipped)) |")
        }
        return lines.joined(separator: "\n")
    }

    private static func problems(_ verdict: Verdict, in result: CertifyResult) -> [String] {
        let scenarios = result.scenarios.filter { $0.verdict == verdict }.sorted { $0.level < $1.level }
        guard !scenarios.isEmpty else { return [] }
        var blocks = ["### \(verdict.rawValue.capitalisedFirst)"]
        for scenario in scenarios.prefix(shown) {
            let cases = scenario.cases.filter { $0.verdict == verdict }
            var lines = ["**`\(scenario.id)`** (\(scenario.level.rawValue)): \(inline(scenario.title))"]
            if let single = cases.first, let finding = single.finding {
                let name = single.name.isEmpty ? "" : "\(single.name): "
                lines.append("> \(inline(name + finding.clause))")
                lines += finding.evidence.map(fence)
                if let round = single.races.first(where: { $0.exchanges != nil }) { lines.append(log(round)) }
            }
            if cases.count > 1 { lines.append("and \(counted(cases.count - 1, "more case"))") }
            lines.append("Why it matters: \(inline(scenario.why))")
            blocks.append(lines.joined(separator: "\n\n"))
        }
        if scenarios.count > shown {
            blocks.append("and \(counted(scenarios.count - shown, "more scenario")): see `report.html`")
        }
        return blocks
    }

    private static func fence(_ exchange: ExchangeRecord) -> String {
        let body = exchange.responseBody.map { "\n\(ForeignText.line($0))" } ?? ""
        return
            "```\n\(timed(exchange).replacing("```", with: "'''"))\(body.replacing("```", with: "'''"))\n```"
    }

    private static func timed(_ exchange: ExchangeRecord) -> String {
        exchange.line + (exchange.clause.map { " (\($0))" } ?? "")
    }

    /// What was said in a round of a race.
    private static func log(_ round: RaceRound) -> String {
        let lines = (round.exchanges ?? []).map { timed($0).replacing("```", with: "'''") }
        let title = "<summary>What was said in the first broken round</summary>"
        return "<details>\(title)\n\n```\n\(lines.joined(separator: "\n"))\n```\n\n</details>"
    }

    /// One line in which nothing but the words counts.
    private static func inline(_ text: String) -> String {
        var plain = ""
        for character in text.replacing("\n", with: " ") {
            if "\\`*_{}[]<>#|~".contains(character) { plain += "\\" }
            plain.append(character)
        }
        return plain
    }
}
