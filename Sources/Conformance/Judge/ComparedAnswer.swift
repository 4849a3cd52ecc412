// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// The first answer of a comparison within a case, which all others must be like.
struct ComparedAnswer: Sendable {
    let shape: AnswerShape
    /// `push b to v1, as reader`.
    let action: String
}

extension CaseRun {
    /// Holds an answer against the first one of the comparison.
    ///
    /// - Returns: How the step ends when they differ; else nil.
    mutating func compare(_ push: AnsweredPush, _ action: String, among name: String) -> StepEnd? {
        let exchange = push.answer.exchange
        let shape = AnswerShape(exchange, repository: push.repository, tag: push.tag)
        let action = role == .writer ? action : "\(action), as \(role.rawValue)"
        guard let first = compared[name] else {
            compared[name] = ComparedAnswer(shape: shape, action: action)
            return nil
        }
        if first.shape == shape { return nil }
        return .violated(
            "the answer must not tell the two apart, and there are two:\n  \(first.action): \(first.shape)\n"
                + "  \(action): \(shape)", exchange)
    }
}

extension AnswerExpectation {
    /// How a write ends that was turned away, turned down, or met a fault.
    func endOfTurnedAway(_ exchange: Exchange) -> StepEnd {
        let status = exchange.status
        if status != 401, AnswerJudge.isNobodysFault(status) {
            return .inconclusive(
                "the answer was \(exchange.summary), which says nothing about who may", exchange)
        }
        guard (400..<500).contains(status) else {
            return .violated("\(clause), and the answer was \(exchange.summary)", exchange)
        }
        switch answer {
        case .challenged where status == 401:
            if exchange.response.headers["WWW-Authenticate"] != nil { return .passed }
            return .violated(
                "the answer 401 must say how to log in (WWW-Authenticate), and does not", exchange)
        case .barred: return .passed
        case .unauthorised where AnswerExpectation.isAboutTheUser(status): return .passed
        default:
            return .violated(
                "\(clause) before anything else is looked at, and was told \(exchange.summary)", exchange)
        }
    }

    /// 404 is how some registries say "not for you", 405 how they say that nobody may.
    private static func isAboutTheUser(_ status: Int) -> Bool { [401, 403, 404, 405].contains(status) }

    /// How a write ends that was done from its first request to its last.
    func end(ofWhole run: CaseRun) -> StepEnd {
        answer == .refused || isAboutTheUser ? .violated("\(clause), and was accepted", nil) : .passed
    }
}
