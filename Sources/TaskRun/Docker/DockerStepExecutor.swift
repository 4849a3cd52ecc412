// SPDX-License-Identifier: Apache-2.0

import BlockingIO
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
        case .pull(let names):
            for name in names { try await pull(name, report) }
        case .tag(let name, let new): return try await tag(name, as: new)
        case .images(let prefix): try await list(prefix, report)
        case .removeImages(let names):
            for name in names { try await remove(image: name, report) }
        case .stop(let names): try await stop(names, grace: .seconds(10), report)
        case .kill(let names): try await stop(names, grace: .zero, report)
        case .remove(let names):
            try await stop(names, grace: .zero, report)
            for name in names { containers.containers.remove(name) }
        case .logs(let name, let count): try logs(of: name, lastLines: count, report)
        case .list: list(report)
        case .inspect(let names): try await inspect(names, report)
        case .login(let login): try await logIn(login, report)
        case .createManifest(let name, let members): return try await createManifest(name, of: members)
        case .pushManifest(let name):
            return try await images.push(PushAction([name]), report: report).orThrow()
        case .inspectManifest(let name): try await inspectManifest(name, report)
        case .version: say("stet serves build, run, push and their like without a daemon", report)
        case .build, .run, .push: break
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

    // MARK: Containers

    /// Ends containers, and comes back when they have ended and said their last words.
    private func stop(_ names: [String], grace: Duration, _ report: Report) async throws {
        for name in names {
            guard let entry = containers.containers.entry(name) else { throw noContainer(name) }
            containers.containers.wantStop(name)
            if entry.exit == nil, let running = entry.running {
                running.stop(after: grace)
                _ = try? await running.wait()
            }
            say(name, report)
        }
    }

    private func logs(of name: String, lastLines count: Int?, _ report: Report) throws {
        guard let entry = containers.containers.entry(name) else { throw noContainer(name) }
        let lines = entry.tail.text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = count.map { lines.suffix($0 + 1) } ?? lines[...]
        report(.wrote(Array(shown.joined(separator: "\n").utf8), .output))
    }

    private func list(_ report: Report) {
        say("NAME\tIMAGE\tSTATUS\tCOMMAND", report)
        for entry in containers.containers.all {
            let status = entry.exit.map { "exited (\($0.status))" } ?? "running"
            say("\(entry.name)\t\(entry.image)\t\(status)\t\(entry.command.joined(separator: " "))", report)
        }
    }

    func noContainer(_ name: String) -> StepFailure {
        let names = containers.containers.all.map(\.name)
        return StepFailure(
            "this run has no container \"\(name)\"; it has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
        )
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
