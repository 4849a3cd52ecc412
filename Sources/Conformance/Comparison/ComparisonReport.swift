// SPDX-License-Identifier: Apache-2.0

extension ResultComparison {
    /// The comparison for a person.
    package var text: String {
        var lines = ["level: \(name(levelBefore)) → \(name(levelAfter))"]
        for (title, changes) in [("worse", worse), ("better", better), ("only in one of the runs", other)]
        where !changes.isEmpty {
            lines.append("\(title): \(counted(changes.count, "case"))")
            lines += changes.map { "  \(line($0).indented(by: 6))" }
        }
        if worse.isEmpty, better.isEmpty, other.isEmpty { lines.append("nothing else changed") }
        return lines.joined(separator: "\n")
    }

    private func line(_ change: Change) -> String {
        let name = change.caseName.isEmpty ? change.scenario : "\(change.scenario) (\(change.caseName))"
        let verdicts = "\(change.before?.rawValue ?? "absent") → \(change.after?.rawValue ?? "absent")"
        let reason = change.after == .passed ? nil : change.finding
        return "\(name): \(verdicts)\(reason.map { ": \($0)" } ?? "")"
    }

    private func name(_ level: Level?) -> String { level?.rawValue ?? "none" }
}
