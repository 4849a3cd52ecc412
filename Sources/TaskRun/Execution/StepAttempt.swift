// SPDX-License-Identifier: Apache-2.0

import TaskFile

/// How one try of a step ended.
package enum StepAttempt: Sendable {
    case succeeded(StepProduct)
    case failed(StepFailure)

    var product: StepProduct {
        switch self {
        case .succeeded(let product): product
        case .failed(let failure): failure.product
        }
    }

    func masked(by mask: SecretMask) -> StepAttempt {
        guard case .failed(let failure) = self else { return self }
        return .failed(failure.masked(by: mask))
    }
}

/// Why a try failed.
package struct StepFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What counts as the exit code of a step that ran out of time; timeout(1) has it too.
    static let timeLimitCode = 124

    /// For people; may have several lines.
    package let message: String
    /// The container's own, or 1.
    package let exitCode: Int
    /// The end of what the try wrote, for `retryOnErrors`; never shown.
    package let output: String
    /// What was done and stays before it failed.
    package let product: StepProduct

    package init(
        _ message: String, exitCode: Int = 1, output: String = "", product: StepProduct = StepProduct()
    ) {
        self.message = message
        self.exitCode = exitCode
        self.output = output
        self.product = product
    }

    package var description: String { message }

    func masked(by mask: SecretMask) -> StepFailure {
        StepFailure(mask.mask(message), exitCode: exitCode, output: output, product: product)
    }
}
