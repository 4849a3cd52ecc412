// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SystemPackage
import TaskFile

/// `stet render`: a task file after comments, aliases and templates.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print a task file as it will be run, aliases and templates done.",
        discussion: """
            stet render -f tasks/hello-world/task.yaml --registry registry.example --id 1

            Secrets are read and shown as ***. With --check nothing is printed but what is wrong.
            Exit status: 0 the file can be run, 2 it is wrong.
            """)

    @OptionGroup var task: TaskOptions
    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Check the task instead of printing it.")
    var check = false
    @Flag(help: "Print secrets as they are, instead of ***.")
    var showSecrets = false

    @Argument(help: "The folder whose commit and branch the task may name.")
    var context = "."

    func run() async throws {
        try await CommandFailure.asUsage {
            try task.check()
            let git = await GitMetadata.read(FilePath(context))
            let (text, name) = try await task.text()
            var inputs = try await task.inputs(registry: task.registry ?? "localhost", git: git)
            let resolvers = try await task.resolvers(over: connection)
            guard !check else {
                let document = try await TaskParser.load(
                    text, file: name, inputs: inputs, resolvers: resolvers)
                for warning in document.warnings { Terminal.error.line("\(warning)") }
                Terminal.error.line("\(name): nothing wrong, steps: \(document.steps.count)")
                return
            }
            inputs.showsSecrets = showSecrets
            let rendered = try await TaskParser.render(text, file: name, inputs: inputs, resolvers: resolvers)
            Terminal.output.write(Array((rendered.hasSuffix("\n") ? rendered : rendered + "\n").utf8))
        }
    }
}
