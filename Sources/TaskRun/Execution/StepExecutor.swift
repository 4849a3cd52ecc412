// SPDX-License-Identifier: Apache-2.0

/// Does what a step says, once.
///
/// Scheduling, retries and time limits are not its business.
package protocol StepExecutor: Sendable {
    /// Tries a step once. Returns soon after its task is cancelled.
    ///
    /// `report` takes news of the step, at any time until the return.
    func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt
}

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
}

/// Why a try failed.
package struct StepFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// For people; may have several lines.
    package let message: String
    /// What the try wrote, for `retryOnErrors`.
    package let output: String
    /// What was done and stays before it failed.
    package let product: StepProduct

    package init(_ message: String, output: String = "", product: StepProduct = StepProduct()) {
        self.message = message
        self.output = output
        self.product = product
    }

    package var description: String { message }
}

/// What a step leaves behind.
package struct StepProduct: Hashable, Sendable {
    package var images: [OutputImage] = []
    package var dependencies: [ImageDependencies] = []

    package init(images: [OutputImage] = [], dependencies: [ImageDependencies] = []) {
        self.images = images
        self.dependencies = dependencies
    }

    mutating func add(_ other: StepProduct) {
        images += other.images
        dependencies += other.dependencies
    }
}
