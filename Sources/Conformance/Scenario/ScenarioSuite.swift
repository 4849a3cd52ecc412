// SPDX-License-Identifier: Apache-2.0

/// The scenarios of one file.
package struct ScenarioSuite: Sendable {
    package let name: String
    package let title: String
    package let scenarios: [Scenario]
}
