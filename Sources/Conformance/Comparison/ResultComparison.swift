// SPDX-License-Identifier: Apache-2.0

/// What got better or worse from one run to another.
package struct ResultComparison: Codable, Sendable {
    /// One case whose verdict is another one now.
    package struct Change: Hashable, Codable, Sendable {
        package let scenario: String
        /// Empty for the only case of a scenario.
        package let caseName: String
        package let level: Level
        /// nil when the old run did not have the case.
        package let before: Verdict?
        /// nil when the new run does not have it.
        package let after: Verdict?
        /// Why it has not passed now.
        package let finding: String?
    }

    package let levelBefore: Level?
    package let levelAfter: Level?
    package let worse: [Change]
    package let better: [Change]
    /// Cases that only one of the runs has, and that are not violated in it.
    package let other: [Change]

    /// Compares case by case.
    package init(from old: CertifyResult, to new: CertifyResult) {
        self.init(
            ResultComparison.cases(old), ResultComparison.cases(new), levels: (old.level, new.level))
    }

    /// Compares scenario by scenario, for that is what is expected of.
    package init(from old: ExpectedVerdicts, to new: CertifyResult) {
        var before: [Key: Found] = [:]
        for entry in old.verdicts {
            before[Key(scenario: entry.id, id: "", name: "")] = Found(
                verdict: entry.verdict, level: entry.level, finding: nil)
        }
        var after: [Key: Found] = [:]
        for scenario in new.scenarios {
            let worst = scenario.cases.max { $0.verdict < $1.verdict }
            after[Key(scenario: scenario.id, id: "", name: "")] = Found(
                verdict: scenario.verdict, level: scenario.level, finding: worst?.finding?.clause)
        }
        self.init(before, after, levels: (old.level, new.level))
    }

    private init(
        _ before: [Key: Found], _ after: [Key: Found], levels: (before: Level?, after: Level?)
    ) {
        var worse: [Change] = []
        var better: [Change] = []
        var other: [Change] = []
        for key in Set(before.keys).union(after.keys).sorted() {
            let (from, to) = (before[key], after[key])
            guard from?.verdict != to?.verdict, let any = to ?? from else { continue }
            let change = Change(
                scenario: key.scenario, caseName: key.name, level: any.level, before: from?.verdict,
                after: to?.verdict, finding: to?.finding)
            switch (from?.verdict, to?.verdict) {
            case (.some(let from), .some(let to)):
                if to > from { worse.append(change) } else { better.append(change) }
            case (nil, .violated?): worse.append(change)
            case (.passed?, nil): worse.append(change)
            default: other.append(change)
            }
        }
        (levelBefore, levelAfter) = levels
        (self.worse, self.better, self.other) = (worse, better, other)
    }

    /// 0 when nothing got worse; 3 when nothing worse than inconclusive or skipped cases did; else 1.
    package var exitCode: Int32 {
        if isLevelLower || worse.contains(where: { $0.after == .violated }) { return 1 }
        return worse.isEmpty ? 0 : 3
    }

    private var isLevelLower: Bool {
        guard let levelBefore else { return false }
        return levelAfter.map { $0 < levelBefore } ?? true
    }

    private struct Key: Hashable, Comparable {
        let scenario: String
        let id: String
        let name: String

        static func < (a: Key, b: Key) -> Bool { (a.scenario, a.id) < (b.scenario, b.id) }
        static func == (a: Key, b: Key) -> Bool { (a.scenario, a.id) == (b.scenario, b.id) }
        func hash(into hasher: inout Hasher) {
            hasher.combine(scenario)
            hasher.combine(id)
        }
    }

    private struct Found {
        let verdict: Verdict
        let level: Level
        let finding: String?
    }

    private static func cases(_ result: CertifyResult) -> [Key: Found] {
        var cases: [Key: Found] = [:]
        for scenario in result.scenarios {
            for single in scenario.cases {
                cases[Key(scenario: scenario.id, id: single.id, name: single.name)] = Found(
                    verdict: single.verdict, level: scenario.level, finding: single.finding?.clause)
            }
        }
        return cases
    }
}
