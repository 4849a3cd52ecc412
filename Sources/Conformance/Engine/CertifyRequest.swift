// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// What to find out, and where.
package struct CertifyRequest: Sendable {
    /// The base URL, without `/v2/`.
    package var registry: HTTPURL
    /// Repositories under it are write-once; without one, all of the registry's are.
    package var immutablePrefix: RepositoryName?
    /// Repositories under it have no policy; scenarios that need one are skipped without it.
    package var mutablePrefix: RepositoryName?
    package var profile: Profile
    package var suites: [ScenarioSuite]
    /// A new one for each run: part of the name of every repository that it makes.
    package var runID: String
    package var selection = Selection()
    /// The real clients that are tried as well, where the selection leaves them.
    package var clients: [RealClient] = []
    package var names = NameStyle.nested
    /// Numbers that take the place of the scenarios' own, by name: `writers`, `repetitions`, `rounds`.
    package var parameters: [String: Int] = [:]
    /// Takes the scenarios' own numbers for a thorough run where they have them.
    package var isThorough = false
    /// The only flows that variables take; nil for all.
    package var flows: [PushFlow]?
    /// Another address of the same registry.
    package var secondAddress: HTTPURL?
    /// How many bytes the run may send in bodies before it stops.
    package var byteLimit: Int64 { isThorough ? 2_000_000_000 : 200_000_000 }
    /// Whether to delete afterwards what can be deleted.
    package var cleansUp = false

    package init(registry: HTTPURL, profile: Profile, suites: [ScenarioSuite], runID: String) {
        self.registry = registry
        self.profile = profile
        self.suites = suites
        self.runID = runID
    }

    /// The numbers that the selected scenarios cannot run with, one clause each.
    package var parameterFaults: [String] {
        let bounds = suites.flatMap(\.scenarios).map(\.bounds)
        return parameters.sorted { $0.key < $1.key }.compactMap { name, number in
            let broken = bounds.compactMap { $0[name] }.first { !$0.contains(number) }
            return broken.map { "\(name) must be \($0), not \(number)" }
        }
    }

    /// The numbers with which a scenario runs: the caller's before its own.
    func numbers(of scenario: Scenario) -> [String: Int] {
        let own = scenario.parameters.merging(isThorough ? scenario.thorough : [:]) { _, thorough in thorough
        }
        return own.merging(parameters) { _, given in given }
    }

    /// The cases that a scenario has in this run.
    package func cases(of scenario: Scenario) -> [Matrix.Binding] { scenario.matrix.cases(of: flows) }

    /// What asks less of a registry than the scenario does, each as `writers=2, not 32`.
    func weakening(of scenario: Scenario) -> [String] {
        let left = scenario.matrix.cases.count - cases(of: scenario).count
        return scenario.weakened(by: parameters)
            + (left > 0 ? ["\(counted(left, "case")) left out (flows)"] : [])
    }

    /// Where a case lives: `<prefix>/<run>/<scenario>-<case>`, or as ``names`` says.
    ///
    /// - Returns: nil when the scenario needs what the request does not give.
    /// - Throws: When prefix and run make no repository name, or one that is too long.
    func repository(_ scenario: Scenario, _ binding: Matrix.Binding) throws(InvalidValue) -> RepositoryName? {
        let prefix: String
        switch scenario.given {
        case .immutable: prefix = immutablePrefix?.rawValue ?? "stet-certify"
        case .mutable:
            guard let mutablePrefix else { return nil }
            prefix = mutablePrefix.rawValue
        case .governed: prefix = mutablePrefix?.rawValue ?? "stet-certify"
        }
        let leaf = binding.id.isEmpty ? scenario.id : "\(scenario.id)-\(binding.id)"
        return try RepositoryName("\(prefix)/\(runID)\(names.separator)\(leaf)")
    }
}
