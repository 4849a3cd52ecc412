// SPDX-License-Identifier: Apache-2.0

/// Why a run ended before its last case.
package enum RunStop: String, Codable, Sendable {
    /// The task was cancelled.
    case interrupted
    /// Several cases in a row got no answer: each further one would cost another time-out.
    case unanswered
    /// The run has sent as much as it may.
    case byteLimit = "byte-limit"

    /// One clause.
    package var reason: String {
        switch self {
        case .interrupted: "the run was interrupted"
        case .unanswered: "\(StopPolicy.limit) cases in a row got no answer"
        case .byteLimit: "the run has sent as many bytes as it may"
        }
    }
}

/// Decides before each case whether the run goes on.
struct StopPolicy: Sendable {
    /// How many cases in a row may end without an answer.
    static let limit = 3

    private(set) var stop: RunStop?
    private var unanswered = 0

    /// Takes note of a case that has ended.
    mutating func note(isAnswered: Bool) {
        unanswered = isAnswered ? 0 : unanswered + 1
    }

    /// Says why the next case must not begin; nil when it may.
    ///
    /// - Parameters:
    ///   - isCancelled: Of the task.
    ///   - isSpent: True when all the bytes that the run may send have been sent.
    /// - Returns: The reason to stop; nil to go on.
    mutating func decide(isCancelled: Bool, isSpent: Bool) -> RunStop? {
        note(isCancelled: isCancelled)
        if isSpent, stop == nil { stop = .byteLimit }
        if unanswered >= StopPolicy.limit, stop == nil { stop = .unanswered }
        return stop
    }

    /// Takes note of the task's cancellation, which comes before everything else.
    mutating func note(isCancelled: Bool) {
        if isCancelled { stop = .interrupted }
    }
}
