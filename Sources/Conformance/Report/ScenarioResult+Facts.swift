// SPDX-License-Identifier: Apache-2.0

extension ScenarioResult {
    /// What a reader wants to know beside the verdict: `6 of 6 cases, 5 rounds of 32 writers`, and why it did not run.
    var facts: String {
        let cases = cases.filter { $0.id != CaseResult.togetherID }
        let passed = cases.count { $0.verdict == .passed }
        var parts = cases.count > 1 ? ["\(passed) of \(cases.count) cases"] : []
        parts += (cases.first?.notes ?? []).map(ForeignText.shown)
        if let lackClause { parts.append(lackClause) }
        if let caveat { parts.append(caveat) }
        if severity == .should { parts.append("recommended") }
        if let skipReason { parts.append(skipReason) }
        return parts.joined(separator: ", ")
    }

    /// Why it did not run; nil when it did.
    var skipReason: String? {
        guard verdict == .skipped else { return nil }
        return cases.first { $0.verdict == .skipped && $0.id != CaseResult.togetherID }?.finding?.clause
    }
}
