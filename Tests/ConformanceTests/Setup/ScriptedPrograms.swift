// SPDX-License-Identifier: Apache-2.0

import Conformance
import Synchronization

/// A program that ends as a test says, by its first argument; with 0 where nothing is said.
final class ScriptedPrograms: ClientPrograms {
    private let outcomes: [String: ClientOutcome]
    private let log = Mutex<[(call: String, variables: [String: String])]>([])

    init(outcomes: [String: ClientOutcome]) { self.outcomes = outcomes }

    /// The arguments of each call, with blanks between them.
    var calls: [String] { log.withLock { $0.map { $0.call } } }

    /// What the last call had in its environment.
    var variables: [String: String] { log.withLock { $0.last?.variables ?? [:] } }

    func run(
        _ program: String, _ arguments: [String], adding variables: [String: String]
    ) async throws(SetupError) -> ClientOutcome? {
        log.withLock { $0.append((arguments.joined(separator: " "), variables)) }
        return outcomes[arguments.first ?? ""] ?? ClientOutcome(status: 0, text: "")
    }
}
