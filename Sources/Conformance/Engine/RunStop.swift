// SPDX-License-Identifier: Apache-2.0

/// Why a run ended before its last case.
package enum RunStop: String, Codable, Sendable {
    /// The task was cancelled.
    case interrupted
    /// Several cases in a row got no answer: each further one would cost another time-out.
    case unanswered
    /// The run has sent as much as it may.
    case byteLimit = "byte-limit"
    /// The operator's program has taken the registry's storage away and could not give it back: whatever comes after
    /// that would be blamed on the registry.
    case uncured

    /// The registry takes nothing from the writer any more, whatever it is.
    case closed
    /// The registry asks to come back after more time than a run waits in all.
    case putOff = "put-off"

    /// One clause.
    package var reason: String {
        switch self {
        case .interrupted: "the run was interrupted"
        case .unanswered: "\(StopPolicy.limit) cases in a row got no answer"
        case .byteLimit: "the run has sent as many bytes as it may"
        case .uncured: "a hook has left the registry without storage"
        case .closed: "nothing can be pushed any more"
        case .putOff: "the registry asks to come back after more time than a run waits (Retry-After)"
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

    /// Takes note of what a case has done to the registry and could not undo.
    mutating func note(isUncured: Bool) {
        if isUncured, stop == nil { stop = .uncured }
    }

    /// Takes note of a registry that takes nothing more.
    mutating func note(isClosed: Bool) {
        if isClosed, stop == nil { stop = .closed }
    }

    /// Takes note of a registry that asks to come back much later.
    mutating func note(isPutOff: Bool) {
        if isPutOff, stop == nil { stop = .putOff }
    }

    /// Takes note of the task's cancellation, which comes before everything else.
    mutating func note(isCancelled: Bool) {
        if isCancelled { stop = .interrupted }
    }
}
