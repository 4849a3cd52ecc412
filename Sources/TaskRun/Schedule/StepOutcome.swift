// SPDX-License-Identifier: Apache-2.0

/// How a step ended.
package enum StepOutcome: Sendable {
    /// - Parameter ignored: The failure that `ignoreErrors` makes a success of.
    case successful(StepProduct, ignored: StepFailure? = nil)
    case failed(StepFailure)
    /// It never started: another step failed, the run was stopped, or its condition did not hold.
    case skipped
    /// It was stopped at work, because another step failed or the run was stopped.
    case canceled

    /// The words of run records.
    package enum Status: String, Hashable, Sendable, Codable {
        case successful
        case failed
        case skipped
        case canceled
    }

    package var status: Status {
        switch self {
        case .successful: .successful
        case .failed: .failed
        case .skipped: .skipped
        case .canceled: .canceled
        }
    }

    /// What conditions of other steps look at; nil for a step that has not ended by itself.
    package var exitCode: Int? {
        switch self {
        case .successful(_, let ignored): ignored?.exitCode ?? 0
        case .failed(let failure): failure.exitCode
        case .skipped, .canceled: nil
        }
    }
}
