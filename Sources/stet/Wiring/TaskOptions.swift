// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import OCISpec
import SystemPackage
import TaskFile

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

    @Option(help: ArgumentHelp("A YAML file of values.", valueName: "file"))
    var values: String?

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

    /// The text of the task file, and the name that diagnostics show.
    func text() throws -> (String, name: String) {
        let bytes =
            try file == "-" ? StandardInput.read() : WholeFile.read(FilePath(file), limitBytes: 4 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(file): it is not UTF-8 text", exitCode: CommandFailure.usage)
        }
        return (text, file)
    }

    /// Everything that the task's text can refer to.
    func inputs(registry: String, git: GitMetadata) throws -> TaskInputs {
        let started = UTCTime(secondsSinceEpoch: WallClock.now())
        var run = RunVariables(id: id ?? RunID.make(started), registry: registry, started: started)
        run.architecture = Platform.host.architecture
        run.commit = git.commit
        run.branch = git.branch
        var inputs = TaskInputs(run: run)
        if let values {
            let bytes = try WholeFile.read(FilePath(values), limitBytes: 4 << 20)
            try inputs.addValues(String(decoding: bytes, as: UTF8.self), file: values)
        }
        for assignment in set { try inputs.set(assignment) }
        return inputs
    }

    /// Alias sources are files; neither the network nor a key vault is asked.
    var resolvers: TaskResolvers {
        TaskResolvers(
            aliasSource: { name throws(TaskResolveError) in
                guard !name.hasPrefix("http://"), !name.hasPrefix("https://") else {
                    throw TaskResolveError("alias sources from the network are not supported yet: \(name)")
                }
                do {
                    return String(
                        decoding: try WholeFile.read(FilePath(name), limitBytes: 4 << 20), as: UTF8.self)
                } catch {
                    throw TaskResolveError("\(error)")
                }
            },
            secret: { secret throws(TaskResolveError) in
                throw TaskResolveError("secrets from a key vault are not supported yet: \(secret.id)")
            })
    }
}

/// Names for runs that got none.
enum RunID {
    /// Sorts by time; the random end keeps runs of the same second apart.
    static func make(_ started: UTCTime) -> String {
        let random = String(UInt32.random(in: 0..<(1 << 20)), radix: 36)
        return "\(started.stamp)-\(random)"
    }
}
