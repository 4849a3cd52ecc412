// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport

/// Serves `cmd: docker …` without a daemon: images are those of the local store, containers those of the run.
struct DockerStepExecutor: Sendable {
    typealias Report = @Sendable (StepNews) -> Void

    let images: ImageStepExecutor
    let containers: ContainerStepExecutor
    var store: ImageLayout { images.store }

    func attempt(
        _ command: DockerCommand, of step: RunPlan.Step, report: @escaping Report
    ) async -> StepAttempt {
        switch command {
        case .build(let action): return await images.build(action, report: report)
        case .run(let action): return await containers.run(action, of: step, report: report)
        case .push(let names): return await images.push(PushAction(names), report: report)
        default: break
        }
        do {
            return .succeeded(try await serve(command, report))
        } catch let failure as StepFailure {
            return .failed(failure)
        } catch {
            return .failed(StepFailure("docker \(command.name): \(error)"))
        }
    }

    private func serve(_ command: DockerCommand, _ report: @escaping Report) async throws -> StepProduct {
        switch command {
        case .pull(let names, let platform):
            for name in names { try await pull(name, platform, report) }
        case .tag(let name, let new): return try await tag(name, as: new)
        case .images(let name, let listing): try await list(name, listing, report)
        case .removeImages(let names):
            for name in names { try await remove(image: name, report) }
        case .inspect(let names, let format): try await inspect(names, format, report)
        case .login(let login): try await logIn(login, report)
        case .createManifest(let name, let members, let amends):
            return try await createManifest(name, of: members, amends: amends, report)
        case .annotateManifest(let name, let member, let notes):
            return try await annotate(name, member: member, notes)
        case .pushManifest(let name, let isPurged):
            let product = try await images.push(PushAction([name]), report: report).orThrow()
            if isPurged { try await store.untag(name.description) }
            return product
        case .removeManifests(let names):
            for name in names { try await remove(image: name.description, report) }
        case .inspectManifest(let name): try await inspectManifest(name, report)
        case .version: say("stet serves build, run, push and their like without a daemon", report)
        default: try await serveContainer(command, report)
        }
        return StepProduct()
    }

    /// Writes a line as the command's own output.
    func say(_ line: String, _ report: Report) {
        report(.wrote(Array((line + "\n").utf8), .output))
    }

    private func logIn(_ login: DockerCommand.Login, _ report: Report) async throws {
        containers.site.credentials.logIn(
            .basic(user: login.user, password: login.password), to: login.registry)
        try await containers.writeHome()
        say("Login Succeeded", report)
    }
}

extension StepAttempt {
    fileprivate func orThrow() throws(StepFailure) -> StepProduct {
        switch self {
        case .succeeded(let product): return product
        case .failed(let failure): throw failure
        }
    }
}
