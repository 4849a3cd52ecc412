// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension AdminAPI {
    /// The same API for somebody else, with a name and a password or with nothing.
    ///
    /// - Returns: nil for an identity token, which APIs do not take.
    func asked(by credentials: Credentials?) -> AdminAPI? {
        var other = self
        other.advice = Advice()
        switch credentials {
        case nil: other.headers = HTTPHeaders()
        case .basic(let user, let password)?: other.headers = AdminAPI.basic(user, password)
        case .identityToken?: return nil
        }
        return other
    }
}

extension AdminAPI.Answer {
    /// What came of an attempt; `undo` takes back what was done.
    ///
    /// - Throws: When the answer says nothing about who may.
    func outcome(
        undo: () async throws(SetupError) -> Void
    ) async throws(SetupError) -> AttemptOutcome {
        switch status {
        case 401, 403, 404: return .turnedAway(words)
        case 200..<300:
            do throws(SetupError) {
                try await undo()
                return .done(left: nil)
            } catch {
                return .done(left: "it could not be put back: \(error.clause)")
            }
        case 400..<500 where !AnswerJudge.isNobodysFault(status): return .refused(words)
        default: throw failure
        }
    }
}
