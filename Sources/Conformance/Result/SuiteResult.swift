// SPDX-License-Identifier: Apache-2.0

/// What became of the scenarios of one file.
package struct SuiteResult: Codable, Sendable {
    package let name: String
    package let title: String
    package internal(set) var scenarios: [ScenarioResult]

    package var verdict: Verdict { scenarios.map(\.verdict).max() ?? .skipped }
}
