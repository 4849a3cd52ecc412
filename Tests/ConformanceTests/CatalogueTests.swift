// SPDX-License-Identifier: Apache-2.0

import Conformance
import FoundationEssentials
import Testing

@Suite("The catalogue")
struct CatalogueTests {
    private static let readme = SuiteFiles.conformance.appending(path: "README.md")

    @Test func listsTheScenariosOfTheFiles() throws {
        try Snapshot.expect(
            Catalogue.render(try SuiteFiles.suites()), between: "catalogue", in: CatalogueTests.readme)
    }

    @Test func listsTheBrokenRegistries() throws {
        let rows = BrokenRegistry.all.map { broken in
            "| \(broken.name) | \(broken.caughtBy.sorted().map { "`\($0)`" }.joined(separator: ", ")) |\n"
        }
        try Snapshot.expect(
            "| Broken registry | Caught by |\n|---|---|\n" + rows.joined(), between: "broken registries",
            in: CatalogueTests.readme)
    }

    @Test func theSampleOfTheReadmeIsAScenario() throws {
        let text = try String(contentsOf: CatalogueTests.readme, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "```yaml\n"))
        let sample = text[begin.upperBound...].prefix { $0 != "`" }
        let suites = try SuiteLoader.load(files: [NamedText(name: "README.md", text: String(sample))])
        #expect(suites[0].scenarios[0].matrix.cases.count == 6)
    }

    @Test func everyScenarioSaysWhereItsPromiseComesFrom() throws {
        for scenario in try SuiteFiles.suites().flatMap(\.scenarios) {
            #expect(
                !scenario.source.isEmpty && !scenario.why.isEmpty && !scenario.covers.isEmpty,
                "\(scenario.id)")
        }
    }
}
