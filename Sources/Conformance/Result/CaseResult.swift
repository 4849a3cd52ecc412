// SPDX-License-Identifier: Apache-2.0

/// One combination of a scenario's variables, or what its cases say together.
package struct CaseResult: Codable, Sendable {
    /// `docker-schema2.oci-chunked`; empty for the only case of a scenario.
    package var id: String
    /// For people: `docker-schema2 → oci-chunked`; empty for the only case of a scenario.
    package var name: String
    /// nil when the case made none.
    package var repository: String?
    /// What the case made beside it.
    package var otherRepositories: [String] = []
    package var verdict: Verdict
    /// False when the registry cannot have what the case is about; nil means true.
    package var isApplicable: Bool?
    package var finding: Finding?
    /// What a verdict is worth: `5 rounds of 32 writers`.
    package var notes: [String] = []
    package var milliseconds: Int = 0
    /// What was said, without secrets: the first exchanges and the last ones.
    package var transcript: [ExchangeRecord] = []
    /// How many exchanges between them were left out.
    package var omittedExchanges = 0
    /// The last round of each race, and the rounds that were broken, at most three.
    package var races: [RaceRound] = []

    /// The ``id`` of what the cases say together.
    package static let togetherID = "together"
}
