// SPDX-License-Identifier: Apache-2.0

/// A result for a pull request: `summary.md`.
///
/// Source: GitHub Flavored Markdown, whose tables GitLab and Azure DevOps read too.
package enum MarkdownReport {
    /// So many violations are told with their evidence.
    private static let shown = 20
    private static let shownRepositories = 40
    /// So many requests of a round that a registry lost.
    private static let shownExchanges = 40
    /// What is told of scenarios ends when it is longer: GitHub takes 65,536 characters for a comment.
    private static let limitBytes = 48_000

    package static func render(_ result: CertifyResult) -> String {
        var blocks = [
            "## `\(result.registry)`: \(result.level.map { "**\($0.rawValue)**" } ?? "**not certified**")",
            "Profile `\(result.profile)`\(result.kindClause), run `\(result.runID)`.\(stop(result))",
            table(result),
        ]
        if !result.statements.isEmpty {
            blocks.append(result.statements.map { "- \($0.name): **\($0.value)**" }.joined(separator: "\n"))
        }
        if let clients = clients(result) { blocks.append(clients) }
        for verdict in [Verdict.violated, .inconclusive] {
            let used = blocks.reduce(0) { $0 + $1.utf8.count }
            blocks += problems(verdict, in: result, limitBytes: limitBytes - used)
        }
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

    /// What the users of real clients read; nil where none was tried.
    private static func clients(_ result: CertifyResult) -> String? {
        let tried = result.suites.filter { $0.name == ClientCheck.suite }.flatMap(\.scenarios)
        guard !tried.isEmpty else { return nil }
        let rows = tried.map { scenario in
            let notes = scenario.cases.first?.notes ?? []
            let facts = notes.isEmpty ? [scenario.cases.first?.finding?.clause ?? ""] : notes
            return "| \(scenario.id) | \(scenario.verdict.rawValue) | "
                + facts.map { inline(ForeignText.shown($0)) }.joined(separator: "; ") + " |"
        }
        return (["| Client | | |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// The scenarios with a verdict, each with its first case's evidence, as far as the bytes reach.
    private static func problems(
        _ verdict: Verdict, in result: CertifyResult, limitBytes: Int
    ) -> [String] {
        let scenarios = result.scenarios.filter { $0.verdict == verdict }.sorted { $0.level < $1.level }
        guard !scenarios.isEmpty else { return [] }
        var (told, left): ([String], Int) = ([], limitBytes)
        for scenario in scenarios.prefix(shown) {
            let block = problem(scenario, verdict)
            left -= block.utf8.count
            guard left > 0 else { break }
            told.append(block)
        }
        let rest = scenarios.dropFirst(told.count)
        if !rest.isEmpty {
            let names = rest.map { "`\($0.id)`" }.joined(separator: ", ")
            told.append("and \(counted(rest.count, "more scenario")): \(names); see `report.html`")
        }
        return ["### \(verdict.rawValue.capitalisedFirst)"] + told
    }

    private static func problem(_ scenario: ScenarioResult, _ verdict: Verdict) -> String {
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
        return lines.joined(separator: "\n\n")
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
        let exchanges = round.exchanges ?? []
        var lines = exchanges.prefix(shownExchanges).map { timed($0).replacing("```", with: "'''") }
        if exchanges.count > lines.count {
            lines.append("and \(exchanges.count - lines.count) more: see report.html")
        }
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
