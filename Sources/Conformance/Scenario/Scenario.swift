// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// One promise, and the steps that put it to the test.
package struct Scenario: Sendable {
    /// Also the name of its repositories: lower-case words joined by `-`.
    package let id: String
    package let title: String
    /// Why a violation matters, for the person who reads the report.
    package let why: String
    package let level: Level
    package let severity: Severity
    /// Where the promise comes from.
    package let source: String
    /// The checks of the catalogue that it makes.
    package let covers: [String]
    package let given: Given
    let needs: [Need]
    package let matrix: Matrix
    /// Default values of the numbers that its steps call `$name`.
    package let parameters: [String: Int]
    /// Higher numbers for a thorough run.
    package let thorough: [String: Int]
    package let steps: [Step]
    package let location: SourceLocation
}

extension Scenario {
    /// What its steps can do with each parameter; a name that no step calls has none.
    var bounds: [String: CountBounds] {
        Dictionary(steps.flatMap { $0.action.bounds }) { $0.intersection($1) }
    }

    /// True when it looks back at all others, and must come last.
    var isLast: Bool { steps.contains { $0.action is CompareStep || $0.action is RevisitStep } }

    /// The repositories under the case's own that its steps use.
    var places: [Place] {
        var places: [Place] = []
        for place in steps.flatMap(\.action.places)
        where place != .own && place != .home && !places.contains(place) {
            places.append(place)
        }
        return places
    }

    /// The given numbers that ask less of a registry than the scenario's own, each as `writers=2, not 32`.
    func weakened(by given: [String: Int]) -> [String] {
        parameters.sorted { $0.key < $1.key }.compactMap { name, own in
            guard let number = given[name], number < own else { return nil }
            return "\(name)=\(number), not \(own)"
        }
    }
}
