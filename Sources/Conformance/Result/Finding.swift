// SPDX-License-Identifier: Apache-2.0

/// Why a case has not passed.
package struct Finding: Hashable, Codable, Sendable {
    /// The step's place in the scenario; nil when the finding is about several cases together.
    package var step: String?
    /// What the step does: `push b to v1 with docker-schema2`.
    package var action: String?
    /// What was expected and what came.
    package var message: String
    /// The request and the answer that show it.
    package var exchange: ExchangeRecord?
    /// What else shows it, where one exchange does not: the other winners of a race, the read that gives the lie.
    package var furtherExchanges: [ExchangeRecord]?

    init(_ message: String, _ exchange: Exchange? = nil, and further: [Exchange] = []) {
        self.message = message
        self.exchange = exchange.map { ExchangeRecord($0) }
        furtherExchanges = further.isEmpty ? nil : further.map { ExchangeRecord($0) }
    }

    /// All that shows it.
    package var evidence: [ExchangeRecord] { [exchange].compactMap(\.self) + (furtherExchanges ?? []) }
}
