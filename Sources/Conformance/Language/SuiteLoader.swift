// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

/// Texts to suites.
package enum SuiteLoader {
    /// Reads the scenario files of a suite.
    ///
    /// - Parameters:
    ///   - files: In the order in which their suites are to stand.
    ///   - checks: Those that a scenario may cover; nil where nobody has listed them.
    /// - Returns: One suite for each file.
    /// - Throws: At most one error for each scenario, of all files, each with file, line and column.
    package static func load(
        files: [NamedText], checks: [Check]? = nil
    ) throws(Diagnostics) -> [ScenarioSuite] {
        var loader = Loader(checks: checks?.map(\.id))
        let suites = files.compactMap { loader.suite($0) }
        if let diagnostics = Diagnostics(errorsIn: loader.problems) { throw diagnostics }
        return suites
    }
}

private struct Loader {
    var problems: [Diagnostic] = []
    private let checks: [String]?
    private var places: [String: SourceLocation] = [:]

    init(checks: [String]?) { self.checks = checks }

    mutating func suite(_ file: NamedText) -> ScenarioSuite? {
        do {
            return try read(file)
        } catch {
            problems.append(error.quoting(file.text))
            return nil
        }
    }

    private mutating func read(_ file: NamedText) throws(Diagnostic) -> ScenarioSuite {
        guard let document = try YAMLParser.parse(file.text, file: file.name) else {
            throw Diagnostic(at: SourceLocation(file: file.name, line: 1), "the file has no scenarios")
        }
        let fields = try Fields(document, "a suite", known: ["suite", "title", "scenarios"])
        let name = try ScenarioParser.id(try fields.required("suite"), "the suite's name")
        let title = try fields["title"]?.string("the title") ?? name
        let list = try fields.required("scenarios")
        var scenarios: [Scenario] = []
        for item in try list.items("scenarios") {
            do {
                let scenario = try ScenarioParser.parse(item)
                try claim(scenario)
                scenarios.append(scenario)
            } catch {
                problems.append(error.quoting(file.text))
            }
        }
        return ScenarioSuite(name: name, title: title, scenarios: scenarios)
    }

    /// An id names a scenario once in all files.
    private mutating func claim(_ scenario: Scenario) throws(Diagnostic) {
        if let other = places[scenario.id] {
            throw Diagnostic(
                at: scenario.location, "the id \"\(scenario.id)\" is taken by the scenario at \(other)")
        }
        places[scenario.id] = scenario.location
        if let checks, let unknown = scenario.covers.first(where: { !checks.contains($0) }) {
            throw Diagnostic(
                at: scenario.location, "\(scenario.id) covers \"\(unknown)\", and there is no such check",
                hint: "checks.yaml lists them: \(meant(unknown, checks))")
        }
    }
}
