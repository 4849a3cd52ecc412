// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import TaskFile

/// Reads the words behind `docker`.
struct DockerCommandReader {
    let options: ContainerOptions
    let location: SourceLocation
    /// What the task declares under `volumes`.
    let volumes: [TaskVolume]
    /// What the keys of the step say, for `docker run`.
    let action: CommandAction

    /// - Throws: A diagnostic that names what cannot be served.
    func read(_ words: ArraySlice<ShellWords.Word>) throws(Diagnostic) -> DockerCommand {
        var words = words
        guard let verb = words.popFirst()?.text else {
            throw problem("docker needs a command", hint: served)
        }
        do {
            return try command(verb, words)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw problem("docker \(verb): \(error)")
        }
    }

    private func command(_ verb: String, _ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        switch verb {
        case "build": return .build(try build(words))
        case "buildx", "builder", "image", "container": return try grouped(verb, words)
        case "run":
            var reader = CommandReader(
                words, onto: action, volumes: Set(volumes.map(\.name)), at: location)
            return .run(try reader.read())
        case "manifest": return try manifest(words)
        case "login": return .login(try login(words))
        case "stop", "kill", "rm", "wait", "logs", "ps", "port": return try containerCommand(verb, words)
        case "version":
            _ = try read(words, of: verb, ["f format="]).operands(0...0)
            return .version
        case "inspect":
            let read = try read(words, of: verb, ["f format=", "s size", "type="])
            return .inspect(try read.operands(1...64), try format(read))
        default:
            if let command = try imageCommand(verb, words) { return command }
            throw refusal(verb)
        }
    }

    private func imageCommand(
        _ verb: String, _ words: ArraySlice<ShellWords.Word>
    ) throws -> DockerCommand? {
        switch verb {
        case "images":
            let flags = [
                "a all", "q quiet", "digests", "no-trunc", "format=", "f filter=",
            ]
            let read = try read(words, of: verb, flags)
            return .images(
                try read.operands(0...1).first,
                try listing(read, filters: ["reference", "dangling", "label"]))
        case "pull":
            let read = try read(words, of: verb, ["q quiet", "platform="])
            return .pull(
                try read.operands(1...64), platform: try read.value("platform").map { try Platform($0) })
        case "push":
            let names = try read(words, of: verb, ["q quiet"]).operands(1...1)
            return .push(try names.map { try Reference($0) })
        case "tag":
            let names = try read(words, of: verb).operands(2...2)
            return .tag(names[0], as: try BuildRequest.parseTag(names[1]))
        case "rmi":
            return .removeImages(try read(words, of: verb, ["f force", "no-prune"]).operands(1...64))
        default: return nil
        }
    }

    /// `docker image ls` and its like: the same commands under a second name.
    private func grouped(_ group: String, _ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        var words = words
        let verb = words.popFirst()?.text ?? ""
        let same = [
            "buildx build": "build", "buildx b": "build", "builder build": "build", "image build": "build",
            "image ls": "images", "image list": "images", "image pull": "pull", "image push": "push",
            "image tag": "tag", "image rm": "rmi", "image remove": "rmi", "image inspect": "inspect",
            "container run": "run", "container ls": "ps", "container list": "ps", "container ps": "ps",
            "container stop": "stop", "container kill": "kill", "container rm": "rm",
            "container wait": "wait", "container logs": "logs", "container port": "port",
            "container inspect": "inspect",
        ]
        if let command = same["\(group) \(verb)"] { return try self.command(command, words) }
        throw refusal("\(group) \(verb)")
    }

    private func build(_ words: ArraySlice<ShellWords.Word>) throws(Diagnostic) -> BuildAction {
        let reading = try BuildArguments.read(words, at: location)
        var action = try BuildAction(
            Located(reading.arguments, at: location), options: options, volumes: volumes)
        action.warnings = reading.warnings
        return action
    }

    // MARK: Words

    func read(
        _ words: ArraySlice<ShellWords.Word>, of verb: String, _ flags: [String] = []
    ) throws(Diagnostic) -> DockerWords {
        try DockerWords(words, of: verb, flags: flags, at: location)
    }

    func format(_ read: DockerWords) throws(Diagnostic) -> DockerFormat? {
        guard let text = read.value("format") else { return nil }
        do {
            return try DockerFormat(text)
        } catch {
            throw problem(
                "--format \"\(text)\", column \(error.location.column): \(error.message)", hint: error.hint)
        }
    }

    func listing(_ read: DockerWords, filters: Set<String>) throws -> DockerListing {
        var listing = DockerListing()
        listing.isComplete = read.isOn("all")
        listing.isQuiet = read.isOn("quiet")
        listing.showsDigests = read.isOn("digests")
        listing.isUncut = read.isOn("no-trunc")
        listing.format = try format(read)
        for text in read.all("filter") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, filters.contains(String(parts[0])) else {
                throw problem(
                    "\"\(text)\" is no filter that is served",
                    hint: "served are \(filters.sorted().map { "\($0)=…" }.joined(separator: ", "))")
            }
            listing.filters[String(parts[0]), default: []].append(String(parts[1]))
        }
        return listing
    }

    func refusal(_ verb: String) -> Diagnostic {
        let nearest = nearestWord(to: verb, in: DockerCommand.names).map { "did you mean docker \($0)?" }
        return problem(
            "docker \(verb) is not served",
            hint: DockerRefusal.hints[verb] ?? DockerRefusal.hints[verb.prefix { $0 != " " }.description]
                ?? nearest ?? served)
    }

    private var served: String { "served are \(DockerCommand.names.joined(separator: ", "))" }

    func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(at: location, message, hint: hint)
    }
}
