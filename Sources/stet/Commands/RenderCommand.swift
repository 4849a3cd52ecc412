// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SystemPackage
import TaskFile

/// `stet render`: a task file after comments, aliases and templates.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print a task file as it will be run, aliases and templates done.",
        discussion: "stet render -f tasks/hello-world/task.yaml --registry registry.example --id 1")

    @OptionGroup var task: TaskOptions

    @Argument(help: "The folder whose commit and branch the task may name.")
    var context = "."

    func run() async throws {
        try await CommandFailure.asUsage {
            try task.check()
            let git = await GitMetadata.read(FilePath(context))
            let (text, name) = try task.text()
            let inputs = try task.inputs(registry: task.registry ?? "localhost", git: git)
            let rendered = try await TaskParser.render(
                text, file: name, inputs: inputs, resolvers: task.resolvers)
            Terminal.output.write(Array(rendered.utf8))
        }
    }
}
