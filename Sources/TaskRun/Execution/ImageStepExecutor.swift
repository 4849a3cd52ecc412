// SPDX-License-Identifier: Apache-2.0

package import ImageStore
import OCISpec
package import RegistryClient

/// Builds images into the local store, and publishes images from there.
package struct ImageStepExecutor: StepExecutor {
    let store: ImageLayout
    let registries: RegistryConnector
    let context: RunContext

    /// Built images go to the store and published ones come from there, under their full names.
    ///
    /// Registries are reached for base images and for pushes.
    package init(store: ImageLayout, registries: RegistryConnector, context: RunContext) {
        self.store = store
        self.registries = registries
        self.context = context
    }

    package func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        switch step.action {
        case .build(let action): await build(action, report: report)
        case .push(let action): await push(action, report: report)
        }
    }
}
