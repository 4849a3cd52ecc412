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

    init(_ message: String, _ exchange: Exchange? = nil) {
        self.message = message
        self.exchange = exchange.map { ExchangeRecord($0) }
    }
}
