// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// Does everything that steps can say: containers, images, and what stands for Docker.
package struct TaskStepExecutor: StepExecutor {
    private let images: ImageStepExecutor
    private let containers: ContainerStepExecutor
    private let docker: DockerStepExecutor

    package init(images: ImageStepExecutor, containers site: ContainerSite) {
        self.images = images
        containers = ContainerStepExecutor(site)
        docker = DockerStepExecutor(images: images, containers: containers)
    }

    package func prepare(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async throws(StepFailure) {
        if case .command(let action) = step.action { try await containers.pull(action, report: report) }
    }

    package func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        switch step.action {
        case .command(let action): await containers.run(action, of: step, report: report)
        case .docker(let command): await docker.attempt(command, of: step, report: report)
        case .build, .push: await images.attempt(step, report: report)
        }
    }

    package func finish() async -> [StepID: String] { await containers.finish() }

    package func close() async { await containers.close() }
}
