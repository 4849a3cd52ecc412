// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

extension ExecSetup {
    func attemptLack(as credentials: Credentials?) -> String? {
        guard state.withLock({ $0.makesAttempts }) else {
            return "\(program) prepare has not said \"attempts\""
        }
        return AdminAPI.lack(of: credentials)
    }

    /// The program asks, and puts back at once what the registry wrongly does.
    ///
    /// | Status | Meaning |
    /// |---|---|
    /// | 0 | it was done, and is put back |
    /// | 1 | it was refused for another reason than who asks |
    /// | 2 | it was turned away: 401, 403, 404 |
    /// | 3 | it was done, and could not be put back |
    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? {
        var variables = ["STET_USERNAME": "", "STET_PASSWORD": ""]
        var secret = ""
        if case .basic(let name, let password) = credentials {
            variables = ["STET_USERNAME": name, "STET_PASSWORD": password]
            secret = password
        }
        let outcome = try await run(
            ["attempt", attempt.rawValue, repository.rawValue], adding: variables)
        let shown = secret.isEmpty ? outcome.text : outcome.text.replacing(secret, with: "***")
        let words = ForeignText.line(shown)
        switch outcome.status {
        case 0: return .done(left: nil)
        case 1: return .refused(words)
        case 2: return .turnedAway(words)
        case 3: return .done(left: "it could not be put back: \(words)")
        default: throw failure("attempt", ClientOutcome(status: outcome.status, text: shown))
        }
    }
}
