// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import TaskFile

/// Reads the words behind `docker`.
struct DockerCommandReader {
    let step: TaskStep
    let location: SourceLocation
    let volumes: Set<String>
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
            var reader = CommandReader(words, onto: action, volumes: volumes, at: location)
            return .run(try reader.read())
        case "manifest": return try manifest(words)
        case "login": return .login(try login(words))
        case "logs": return try logs(words)
        case "images": return .images(try operands(of: verb, words, flags: ["-q", "-a"], 0...1).first)
        case "ps":
            _ = try operands(of: verb, words, flags: ["-a", "--all"], 0...0)
            return .list
        case "version": return .version
        case "pull": return .pull(try operands(of: verb, words, flags: ["-q", "--quiet"], 1...1))
        case "push":
            let names = try operands(of: verb, words, flags: ["-q", "--quiet"], 1...1)
            return .push(try names.map { try Reference($0) })
        case "tag":
            let names = try operands(of: verb, words, 2...2)
            return .tag(names[0], as: try BuildRequest.parseTag(names[1]))
        case "rmi": return .removeImages(try operands(of: verb, words, flags: ["-f", "--force"], 1...64))
        case "stop": return .stop(try operands(of: verb, words, flags: ["-t", "--time"], 1...64))
        case "kill": return .kill(try operands(of: verb, words, flags: ["-s", "--signal"], 1...64))
        case "rm": return .remove(try operands(of: verb, words, flags: ["-f", "-v", "--force"], 1...64))
        case "inspect": return .inspect(try operands(of: verb, words, 1...64))
        default:
            throw problem(
                "docker \(verb) is not served",
                hint: nearestWord(to: verb, in: DockerCommand.names).map { "did you mean docker \($0)?" }
                    ?? served)
        }
    }

    /// `docker image ls` and its like: the same commands under a second name.
    private func grouped(_ group: String, _ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        var words = words
        let verb = words.popFirst()?.text ?? ""
        let same = [
            "buildx build": "build", "builder build": "build", "image build": "build", "image ls": "images",
            "image pull": "pull", "image push": "push", "image tag": "tag", "image rm": "rmi",
            "image inspect": "inspect", "container run": "run", "container ls": "ps",
            "container stop": "stop",
            "container kill": "kill", "container rm": "rm", "container logs": "logs",
        ]
        guard let command = same["\(group) \(verb)"] else {
            throw problem("docker \(group) \(verb) is not served", hint: served)
        }
        return try self.command(command, words)
    }

    private func build(_ words: ArraySlice<ShellWords.Word>) throws -> BuildAction {
        let text = words.map(\.written).joined(separator: " ")
        let reading = try BuildArguments.read(Located(text, at: location)) { _, start, _ in start }
        return try BuildAction(Located(reading.arguments, at: location), options: step.container)
    }

    private func manifest(_ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        var words = words
        let verb = words.popFirst()?.text ?? ""
        let flags: Set<String> = ["-a", "--amend", "--insecure", "-p", "--purge", "-v", "--verbose"]
        switch verb {
        case "create":
            let names = try operands(of: "manifest create", words, flags: flags, 2...64)
            return .createManifest(try BuildRequest.parseTag(names[0]), of: Array(names.dropFirst()))
        case "push":
            return .pushManifest(
                try Reference(try operands(of: "manifest push", words, flags: flags, 1...1)[0]))
        case "inspect":
            return .inspectManifest(try operands(of: "manifest inspect", words, flags: flags, 1...1)[0])
        case "annotate":
            throw problem(
                "docker manifest annotate is not served",
                hint: "the platform of an entry is that of its image")
        default: throw problem("docker manifest \(verb) is not served", hint: "create, push and inspect are")
        }
    }

    private func login(_ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand.Login {
        var registry = Reference.dockerHub
        var user: String?
        var password: String?
        var words = words
        while let word = words.popFirst()?.text {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch word.hasPrefix("--") ? parts[0] : word {
            case "-u", "--username": user = parts.count > 1 ? parts[1] : words.popFirst()?.text
            case "-p", "--password": password = parts.count > 1 ? parts[1] : words.popFirst()?.text
            case "--password-stdin":
                throw problem("docker login: a step has no standard input to read a password from")
            case let flag where flag.hasPrefix("-"):
                throw problem("docker login has no flag \"\(flag)\" here")
            case let name: registry = name
            }
        }
        guard let user, let password else {
            throw problem(
                "docker login needs --username and --password here",
                hint: "stet login keeps credentials for runs")
        }
        try Reference.checkRegistry(registry)
        return DockerCommand.Login(registry: registry, user: user, password: password)
    }

    private func logs(_ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        var lines: Int?
        var rest: [ShellWords.Word] = []
        var words = words
        while let word = words.popFirst() {
            switch word.text {
            case "-n", "--tail": lines = words.popFirst().flatMap { Int($0.text) }
            case let text where text.hasPrefix("--tail="): lines = Int(text.dropFirst(7))
            default: rest.append(word)
            }
        }
        return .logs(try operands(of: "logs", rest[...], 1...1)[0], lastLines: lines)
    }

    /// The words that are no flags; those of `flags` are passed over, with their value where they take one.
    private func operands(
        of verb: String, _ words: ArraySlice<ShellWords.Word>, flags: Set<String> = [],
        _ count: ClosedRange<Int>
    ) throws(Diagnostic) -> [String] {
        var operands: [String] = []
        var words = words
        while let word = words.popFirst()?.text {
            guard word.hasPrefix("-"), word.count > 1 else {
                operands.append(word)
                continue
            }
            let name = word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : word
            guard flags.contains(name) else {
                throw problem("docker \(verb): the flag \"\(word)\" is not served")
            }
            if ["-t", "--time", "-s", "--signal"].contains(word) { words = words.dropFirst() }
        }
        guard count.contains(operands.count) else {
            let wanted =
                count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "at least \(count.lowerBound)"
            throw problem(
                "docker \(verb) takes \(wanted) \(count.lowerBound == 1 ? "name" : "names"), not \(operands.count)"
            )
        }
        return operands
    }

    private var served: String { "served are \(DockerCommand.names.joined(separator: ", "))" }

    private func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(at: location, message, hint: hint)
    }
}
