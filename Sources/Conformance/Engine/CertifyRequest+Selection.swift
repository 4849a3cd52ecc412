// SPDX-License-Identifier: Apache-2.0

extension CertifyRequest {
    /// Which scenarios run, by words.
    ///
    /// A word is the id of a scenario, the name of its suite, a check that it makes, a level or a severity; `clients`
    /// are the real ones, `client-skopeo` is one of them.
    package struct Selection: Sendable {
        /// Empty: all.
        package var only: [String] = []
        package var skip: [String] = []

        package init(only: [String] = [], skip: [String] = []) {
            self.only = only
            self.skip = skip
        }

        func selects(_ scenario: Scenario, of suite: ScenarioSuite) -> Bool {
            let words =
                [scenario.id, suite.name, scenario.level.rawValue, scenario.severity.rawValue]
                + scenario.covers
            return (only.isEmpty || only.contains(where: words.contains))
                && !skip.contains(where: words.contains)
        }

        /// Clients are asked for by name, so that `only` leaves them out only when it names others of them.
        func selects(_ client: RealClient) -> Bool {
            let words = [ClientCheck.suite, ClientCheck.name(of: client)]
            let named = only.filter(Selection.clientWords.contains)
            return (named.isEmpty || named.contains(where: words.contains))
                && !skip.contains { words.contains($0) || $0 == ClientCheck.level.rawValue }
        }

        /// True when nothing is asked for but real clients.
        var isAboutClientsOnly: Bool { !only.isEmpty && only.allSatisfy(Selection.clientWords.contains) }

        static let clientWords = [ClientCheck.suite] + RealClient.allCases.map(ClientCheck.name)
    }

    /// The real clients that are tried.
    package var selectedClients: [RealClient] { clients.filter(selection.selects) }

    /// The words of the selection and the names of the parameters that mean nothing in these suites.
    package var unknownNames: [String] {
        (selection.only + selection.skip).filter { !selectingWords.contains($0) }
            + parameters.keys.sorted().filter { !parameterNames.contains($0) }
    }

    /// All that could have been meant instead.
    package var knownNames: [String] { selectingWords + parameterNames.sorted() }

    private var selectingWords: [String] {
        let scenarios = suites.flatMap(\.scenarios)
        return scenarios.map(\.id) + suites.map(\.name) + Level.allCases.map(\.rawValue)
            + Severity.allCases.map(\.rawValue) + Selection.clientWords + Set(scenarios.flatMap(\.covers))
    }

    private var parameterNames: Set<String> { Set(suites.flatMap(\.scenarios).flatMap(\.parameters.keys)) }
}
