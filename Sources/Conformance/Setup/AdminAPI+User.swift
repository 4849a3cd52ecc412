// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension AdminAPI {
    /// Why an API that takes names and passwords cannot be asked with these credentials; nil when it can.
    static func lack(of credentials: Credentials?) -> String? {
        guard case .identityToken = credentials else { return nil }
        return "the writer has an identity token, which the API that sets policies does not take"
    }

    /// The same API for somebody else, with a name and a password or with nothing.
    ///
    /// - Returns: nil for what ``lack(of:)`` says.
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
        case 200..<300: return await .done(undo: undo)
        case 400..<500 where !AnswerJudge.isNobodysFault(status): return .refused(words)
        default: throw failure
        }
    }
}

extension AttemptOutcome {
    /// What was done and should not have been: puts it back.
    static func done(undo: () async throws(SetupError) -> Void) async -> AttemptOutcome {
        do throws(SetupError) {
            try await undo()
            return .done(left: nil)
        } catch {
            return .done(left: "it could not be put back: \(error.clause)")
        }
    }
}
