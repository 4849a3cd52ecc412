// SPDX-License-Identifier: Apache-2.0

import OCISpec
package import SourceText
package import TaskFile

/// What a run will do: every step of a task with all that its text says already understood.
package struct RunPlan: Sendable {
    /// In the order of the file.
    package let steps: [Step]
    /// What steps can mount, by name.
    package let volumes: [String: TaskVolume]
    /// What steps can join, by name.
    package let networks: [TaskNetwork]

    /// - Parameter steps: Each waits only for steps before it.
    package init(steps: [Step]) {
        self.steps = Self.findingLoners(in: steps)
        volumes = [:]
        networks = []
    }

    /// Plans a task.
    ///
    /// `usesShellOfImage`: a command that needs a shell gets that of its image: `--agent-shell`.
    /// - Throws: Everything that a step asks for and cannot have, before anything was done.
    package init(_ document: TaskDocument, usesShellOfImage: Bool = false) throws(Diagnostics) {
        var problems: [Diagnostic] = []
        var steps: [Step] = []
        let reader = ActionReader(document, usesShellOfImage: usesShellOfImage)
        for (step, node) in zip(document.steps, document.graph.nodes) {
            do {
                let outputs = document.visibleOutputs(of: step.id)
                steps.append(
                    Step(
                        step, action: try reader.action(of: step, isFinal: outputs.isEmpty),
                        dependencies: node.dependencies,
                        visibleOutputs: outputs, reader: outputs.isEmpty ? nil : reader))
            } catch {
                problems.append(error)
            }
        }
        if let errors = Diagnostics(errorsIn: problems) { throw errors }
        self.steps = Self.findingLoners(in: steps)
        volumes = Dictionary(document.volumes.map { ($0.name, $0) }) { first, _ in first }
        networks = document.networks
    }

    /// Marks the steps that wait, directly or not, for all before them and are waited for by all after them.
    private static func findingLoners(in steps: [Step]) -> [Step] {
        var before: [StepID: Set<StepID>] = [:]
        for step in steps {
            before[step.id] = step.dependencies.reduce(into: step.dependencies) {
                $0.formUnion(before[$1] ?? [])
            }
        }
        var followers: [StepID: Int] = [:]
        for ancestors in before.values { for id in ancestors { followers[id, default: 0] += 1 } }
        return steps.map { step in
            var step = step
            step.isAlone = (before[step.id]?.count ?? 0) + (followers[step.id] ?? 0) == steps.count - 1
            return step
        }
    }

    /// Whether any step can change files that other steps see.
    package var needsWorkspace: Bool {
        steps.contains { step in
            switch step.action {
            case .command, .docker: true
            case .build(let build): build.writesFiles
            case .push: false
            }
        }
    }

    /// What the containers of the steps are called.
    package var containerNames: [String] {
        steps.compactMap { step in
            switch step.action {
            case .command(let command), .docker(.run(let command)): command.name
            default: nil
            }
        }
    }

    /// What a person should know of commands of docker.
    package var warnings: [Diagnostic] {
        steps.flatMap { step -> [Diagnostic] in
            if case .docker(.build(let build)) = step.action { build.warnings } else { [] }
        }
    }

    /// The agents that builds ask for, by their ids.
    package var agents: Set<String> {
        steps.reduce(into: []) { agents, step in
            switch step.action {
            case .build(let build), .docker(.build(let build)): agents.formUnion(build.running.agents)
            default: break
            }
        }
    }

    /// The registries that steps name.
    package var registries: Set<String> {
        var registries: Set<String> = []
        for step in steps {
            switch step.action {
            case .build(let build): registries.formUnion(build.tags.map(\.registry))
            case .push(let push): registries.formUnion(push.images.map(\.registry))
            case .command(let command):
                if let image = try? Reference(command.image) { registries.insert(image.registry) }
            case .docker: break
            }
        }
        return registries
    }

    package enum Action: Sendable {
        case command(CommandAction)
        case docker(DockerCommand)
        case build(BuildAction)
        case push(PushAction)

        /// The key that the task file has for it.
        package var kind: String {
            switch self {
            case .command, .docker: "cmd"
            case .build: "build"
            case .push: "push"
            }
        }
    }
}
