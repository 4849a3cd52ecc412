// SPDX-License-Identifier: Apache-2.0

package import ImageBuild
package import ImageStore
import OCISpec
package import RegistryClient
package import SystemPackage

/// Builds images into the local store, and publishes images from there.
package struct ImageStepExecutor: StepExecutor {
    let store: ImageLayout
    let registries: RegistryConnector
    let context: RunContext
    /// Where builds keep what they remember and run their commands.
    package var site: BuildSite
    /// Sockets of agents that builds may ask for, by id.
    package var agents: [String: FilePath] = [:]

    /// Built images go to the store and published ones come from there, under their full names.
    ///
    /// Registries are reached for base images and for pushes.
    package init(store: ImageLayout, registries: RegistryConnector, context: RunContext) {
        self.store = store
        self.registries = registries
        self.context = context
        site = BuildSite(store: store, bases: StoredBaseImages(store: store, registries: registries))
        site.registries = registries
    }

    package func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        switch step.action {
        case .build(let action): await build(action, report: report).giving(step.outputs)
        case .push(let action): await push(action, report: report).giving(step.outputs)
        case .command, .docker: .failed(StepFailure("containers cannot run here"))
        }
    }
}

extension StepAttempt {
    /// The same with the digest of its last image as the output of the step, where it declares one.
    fileprivate func giving(_ outputs: [String]) -> StepAttempt {
        guard case .succeeded(var product) = self, let name = outputs.first else { return self }
        product.outputs[name] = product.images.last?.name.digest ?? product.digest?.description
        return .succeeded(product)
    }
}
