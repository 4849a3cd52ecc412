// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// What `run` and `render` need to read a task file.
struct TaskOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The task file; - for standard input.", valueName: "file"))
    var file = "acb.yaml"

    @Option(
        help: ArgumentHelp("Push to this registry instead of the embedded one.", valueName: "host[:port]"))
    var registry: String?

    @Option(
        help: "The run's id, $ID in the task, spelled as a tag; made from the time when left out.")
    var id: String?

    @Option(
        help: ArgumentHelp("A value for the task's templates: {{.Values.NAME}}.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "A value as JSON; dots in the name lead into mappings.", valueName: "name=json"))
    var setJson: [String] = []

    @Option(help: ArgumentHelp("A value that is shown nowhere.", valueName: "name=value"))
    var setSecret: [String] = []

    @Option(help: ArgumentHelp("A YAML file of values.", valueName: "file"))
    var values: String?

    @Option(
        help: ArgumentHelp(
            "Environment variables for all steps, under those of the file.", valueName: "name=value[,…]"))
    var env: [String] = []

    @Option(
        help: ArgumentHelp(
            "What an alias stands for unless the file says it, such as bash or az.", valueName: "name=text"))
    var alias: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where a secret of the task comes from: id=ID,env=NAME or src=FILE, command=LINE, keyvault=URL.",
            valueName: "id=id,source"))
    var secret: [String] = []

    @Option(help: ArgumentHelp("A YAML file that says where secrets come from.", valueName: "file"))
    var secrets: String?

    @Option(
        help: ArgumentHelp(
            "Let the task's templates read a variable of your environment.", valueName: "name"))
    var allowEnv: [String] = []

    @Option(help: ArgumentHelp("A network that steps join by default.", valueName: "name"))
    var network: String?

    @Option(help: ArgumentHelp("What the task is called: {{.Run.TaskName}}.", valueName: "name"))
    var name: String?

    /// Checks what can be checked before anything is read.
    func check() throws {
        if let registry { try Reference.checkRegistry(registry) }
        guard let id else { return }
        do {
            _ = try Tag(id)
        } catch {
            throw CommandFailure(
                "--id \"\(id)\" is no id of a run: \(error.reason)\n"
                    + "  hint: it names the record and often a tag; use 1 to 128 letters, digits, '.', '_' and '-'",
                exitCode: CommandFailure.usage)
        }
    }
}
