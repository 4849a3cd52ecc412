// SPDX-License-Identifier: Apache-2.0

import Conformance
import Synchronization

/// A program that ends as a test says, by its first argument; with 0 where nothing is said.
final class ScriptedPrograms: ClientPrograms {
    private let outcomes: [String: ClientOutcome]
    private let log = Mutex<[String]>([])

    init(outcomes: [String: ClientOutcome]) { self.outcomes = outcomes }

    /// The arguments of each call, with blanks between them.
    var calls: [String] { log.withLock { $0 } }

    func run(_ program: String, _ arguments: [String]) async throws(SetupError) -> ClientOutcome? {
        log.withLock { $0.append(arguments.joined(separator: " ")) }
        return outcomes[arguments.first ?? ""] ?? ClientOutcome(status: 0, text: "")
    }
}
