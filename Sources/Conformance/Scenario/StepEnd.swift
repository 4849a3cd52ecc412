// SPDX-License-Identifier: Apache-2.0

/// How a step ended.
enum StepEnd: Sendable {
    case passed
    /// The registry did something else than was expected.
    case violated(Finding)
    /// The registry did not do what the scenario builds on.
    case unprepared(Finding)
    /// The promise has no subject here: the registry cannot have what the step is about.
    case inapplicable(Finding)
    /// Nothing can be said: the network, a gateway, a limit, missing credentials.
    case inconclusive(Finding)

    var isPassed: Bool {
        guard case .passed = self else { return false }
        return true
    }

    static func violated(_ message: String, _ exchange: Exchange?) -> StepEnd {
        .violated(Finding(message, exchange))
    }

    /// The same with what shows it besides.
    static func violated(_ message: String, _ exchange: Exchange?, and further: [Exchange]) -> StepEnd {
        .violated(Finding(message, exchange, and: further))
    }

    static func inconclusive(_ message: String, _ exchange: Exchange?) -> StepEnd {
        .inconclusive(Finding(message, exchange))
    }
}
