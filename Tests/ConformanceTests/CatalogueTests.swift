// SPDX-License-Identifier: Apache-2.0

import Conformance
import FoundationEssentials
import SourceText
import Testing

@Suite("The catalogue")
struct CatalogueTests {
    private static let readme = SuiteFiles.conformance.appending(path: "README.md")

    @Test func listsTheScenariosOfTheFiles() throws {
        try Snapshot.expect(
            Catalogue.render(try SuiteFiles.suites()), between: "catalogue", in: CatalogueTests.readme)
    }

    @Test func listsTheChecks() throws {
        let checks = try Check.load(SuiteFiles.text("checks.yaml"))
        try Snapshot.expect(
            Catalogue.render(checks, of: try SuiteFiles.suites()), between: "checks",
            in: CatalogueTests.readme)
    }

    @Test func listsTheBrokenRegistries() throws {
        let rows = BrokenRegistry.all.map { broken in
            let others = broken.alsoBy.sorted().map { "`\($0)`" }.joined(separator: ", ")
            return "| \(broken.name) | `\(broken.caughtBy)` | \(others) |\n"
        }
        try Snapshot.expect(
            "| Broken registry | Caught by | And by |\n|---|---|---|\n" + rows.joined(),
            between: "broken registries", in: CatalogueTests.readme)
    }

    @Test func everyCheckIsMadeOrSaysWhyNot() throws {
        let checks = try Check.load(SuiteFiles.text("checks.yaml"))
        let made = Set(try SuiteFiles.suites().flatMap(\.scenarios).flatMap(\.covers))
        #expect(checks.count == 145)
        for check in checks {
            #expect(made.contains(check.id) == (check.reason == nil), "\(check.id) \(check.name)")
        }
        #expect(made.subtracting(checks.map(\.id)) == [])
    }

    @Test(
        "refuses a list of checks, with its place",
        arguments: [
            ("", "c.yaml:1:1", "the file has no checks"),
            ("checks:\n  - {id: O1, nam: x}", "c.yaml:2:14", "unknown key \"nam\" in a check"),
            ("checks:\n  - {id: O1}", "c.yaml:2:5", "a check needs \"name\""),
            ("checks:\n  - {id: A, name: x}\n  - {id: A, name: y}", "c.yaml:3:10", "A is listed twice"),
        ])
    func refuses(text: String, place: String, message: String) throws {
        let error = #expect(throws: Diagnostic.self) {
            try Check.load(NamedText(name: "c.yaml", text: text))
        }
        #expect(error.map { "\($0.location)" } == place)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func theSampleOfTheReadmeIsAScenario() throws {
        let text = try String(contentsOf: CatalogueTests.readme, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "```yaml\n"))
        let sample = text[begin.upperBound...].prefix { $0 != "`" }
        let suites = try SuiteLoader.load(files: [NamedText(name: "README.md", text: String(sample))])
        #expect(suites[0].scenarios[0].matrix.cases.count == 90)
    }

    @Test func everyScenarioSaysWhereItsPromiseComesFrom() throws {
        for scenario in try SuiteFiles.suites().flatMap(\.scenarios) {
            #expect(
                !scenario.source.isEmpty && !scenario.why.isEmpty && !scenario.covers.isEmpty,
                "\(scenario.id)")
        }
    }
}
