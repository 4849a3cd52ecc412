// SPDX-License-Identifier: Apache-2.0

/// A result for CI systems: `junit.xml`.
///
/// A suite is a test suite and a case is a test case; violated is a failure, inconclusive an error. The class of a
/// test case is `suite.scenario`.
///
/// Source: the Jenkins xUnit schema, junit-10.xsd, which GitLab, Azure Pipelines and Jenkins read.
package enum JUnitReport {
    package static func render(_ result: CertifyResult) -> String {
        let cases = result.scenarios.flatMap(\.cases)
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        // The schema knows no "skipped" of all suites together.
        let totals = counts(cases).filter { $0.0 != "skipped" }
        lines.append("<testsuites\(attributes([("name", "stet certify \(result.registry)")] + totals))>")
        for suite in result.suites where !suite.scenarios.isEmpty { lines += element(suite, in: result) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func element(_ suite: SuiteResult, in result: CertifyResult) -> [String] {
        let cases = suite.scenarios.flatMap(\.cases)
        var lines = ["  <testsuite\(attributes([("name", suite.name)] + counts(cases)))>"]
        lines.append("    <properties>")
        for (name, value) in [
            ("registry", result.registry), ("profile", result.profile),
            ("level", result.level?.rawValue ?? "none"), ("stopped", result.stopped?.reason),
            ("not put back", result.leftChanged.map(ForeignText.shown)),
        ] {
            guard let value else { continue }
            lines.append("      <property\(attributes([("name", name), ("value", value)]))/>")
        }
        lines.append("    </properties>")
        for scenario in suite.scenarios {
            for single in scenario.cases {
                lines += element(single, scenario, "\(suite.name).\(scenario.id)")
            }
        }
        return lines + ["  </testsuite>"]
    }

    private static func element(
        _ single: CaseResult, _ scenario: ScenarioResult, _ className: String
    ) -> [String] {
        let name = single.name.isEmpty ? scenario.title : "\(scenario.title) (\(single.name))"
        let head = attributes([
            ("classname", className), ("name", name), ("time", seconds(single.milliseconds)),
        ])
        if single.verdict == .passed {
            let words = single.notes + (scenario.caveat.map { ["passed, but \($0)"] } ?? [])
            guard !words.isEmpty else { return ["    <testcase\(head)/>"] }
            return [
                "    <testcase\(head)>",
                "      <system-out>\(XMLText.escaped(words.joined(separator: "\n")))</system-out>",
                "    </testcase>",
            ]
        }
        let message = single.finding?.clause ?? ""
        if single.verdict == .skipped {
            return [
                "    <testcase\(head)>", "      <skipped\(attributes([("message", message)]))/>",
                "    </testcase>",
            ]
        }
        let element = single.verdict == .violated ? "failure" : "error"
        let opening = attributes([("type", scenario.severity.rawValue), ("message", message)])
        return [
            "    <testcase\(head)>",
            "      <\(element)\(opening)>\(XMLText.escaped(text(single, scenario)))</\(element)>",
            "    </testcase>",
        ]
    }

    private static func text(_ single: CaseResult, _ scenario: ScenarioResult) -> String {
        var lines = [single.finding?.clause ?? ""] + single.notes
        lines += ["why it matters: \(scenario.why)", "source: \(scenario.source)"]
        for exchange in single.finding?.evidence ?? [] {
            lines.append(exchange.line)
            if let body = exchange.responseBody { lines.append(body) }
        }
        return lines.joined(separator: "\n")
    }

    private static func counts(_ cases: [CaseResult]) -> [(String, String)] {
        func count(_ verdict: Verdict) -> String { "\(cases.count { $0.verdict == verdict })" }
        return [
            ("tests", "\(cases.count)"), ("failures", count(.violated)), ("errors", count(.inconclusive)),
            ("skipped", count(.skipped)), ("time", seconds(cases.reduce(0) { $0 + $1.milliseconds })),
        ]
    }

    private static func seconds(_ milliseconds: Int) -> String {
        let rest = "\(milliseconds % 1000)"
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func attributes(_ pairs: [(String, String)]) -> String {
        pairs.map { " \($0.0)=\"\(XMLText.escaped($0.1).replacing("\n", with: "&#10;"))\"" }.joined()
    }
}
