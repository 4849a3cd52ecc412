// SPDX-License-Identifier: Apache-2.0

/// How a step ended.
package enum StepOutcome: Sendable {
    /// - Parameter ignored: The failure that `ignoreErrors` makes a success of.
    case successful(StepProduct, ignored: StepFailure? = nil)
    case failed(StepFailure)
    /// It never started, because another step failed or the run was stopped.
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
}
