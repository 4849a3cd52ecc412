// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import TaskFile

/// Reads `[FLAG…] IMAGE [ARGUMENT…]`, what `docker run` takes, into an action.
struct CommandReader {
    private let location: SourceLocation
    /// What the task declares under `volumes`.
    private let volumes: Set<String>
    private var words: ArraySlice<ShellWords.Word>
    private var action: CommandAction

    /// `action`: what the keys of the step say; flags add to it and override it.
    init(
        _ words: ArraySlice<ShellWords.Word>, onto action: CommandAction, volumes: Set<String>,
        at location: SourceLocation
    ) {
        self.words = words
        self.action = action
        self.volumes = volumes
        self.location = location
    }

    /// - Throws: A diagnostic about the first word that is no supported flag, or the missing image.
    mutating func read() throws(Diagnostic) -> CommandAction {
        while let word = words.first, word.text.hasPrefix("-"), word.text.count > 1 {
            words.removeFirst()
            if word.text == "--" { break }
            let flags = AttachedValues.split(word.text) { RunFlag($0)?.takesValue == true }
            for (name, attached) in flags { try take(name, attached, in: word) }
        }
        guard let image = words.popFirst(), !image.text.isEmpty else {
            throw problem("the command has no image", hint: "write IMAGE [ARGUMENT…]")
        }
        action.image = image.text
        action.arguments = words.map(\.text)
        return action
    }

    private mutating func take(
        _ name: String, _ attached: String?, in word: ShellWords.Word
    ) throws(Diagnostic) {
        guard let flag = RunFlag(name) else {
            throw problem(
                "the flag \"\(name)\" in front of the image is not supported",
                hint: RunFlag.hints[name]
                    ?? nearestWord(to: name, in: RunFlag.names).map { "did you mean \($0)?" })
        }
        guard flag.takesValue else { return try apply(flag, isOn: attached, of: word) }
        guard let value = attached ?? words.popFirst()?.text else {
            throw problem("the flag \"\(name)\" needs a value")
        }
        do {
            try apply(flag, value)
        } catch let error as InvalidValue {
            throw problem("\(name): \(error)")
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw problem("\(name): \(error)")
        }
    }

    private mutating func apply(
        _ flag: RunFlag, isOn text: String?, of word: ShellWords.Word
    ) throws(Diagnostic) {
        guard let isOn = [nil: true, "true": true, "1": true, "false": false, "0": false][text] else {
            throw problem("\"\(word.text)\": the value is neither true nor false")
        }
        switch flag {
        case .privileged: action.isPrivileged = isOn
        case .readOnly: action.isReadOnly = isOn
        case .detach: action.isDetached = isOn
        default: break
        }
    }

    private mutating func apply(_ flag: RunFlag, _ value: String) throws {
        switch flag {
        case .environment: action.environment.append(value)
        case .volume: action.volumes.append(try volume(value))
        case .workingDirectory: action.workingDirectory = value
        case .user: action.user = value
        case .network: action.network = CommandAction.Network(flag: value)
        case .alias: action.aliases.append(value)
        case .name: action.name = value
        case .entryPoint: action.entryPoint = value
        case .publish: action.ports += try PortMapping.parse(value)
        case .hostname: action.hostname = value
        case .addHost: action.extraHosts.append(try Self.extraHost(value))
        case .addCapability: action.addedCapabilities.append(value)
        case .dropCapability: action.droppedCapabilities.append(value)
        case .temporaryFolder: action.temporaryFolders.append(String(value.prefix { $0 != ":" }))
        case .mount: try mount(value)
        case .sharedMemory: action.sharedMemoryBytes = try ByteCount.parse(value)
        case .resourceLimit: action.limits.append(try ProcessLimit(value))
        case .memory: action.memoryBytes = try ByteCount.parse(value)
        case .cpus: action.cpus = try Self.cpus(value)
        case .platform: action.platform = try Platform(value).description
        case .pull: action.pull = value == "always" ? CommandAction.Pull(retries: 0, retryDelay: .zero) : nil
        case .ignored, .privileged, .readOnly, .detach, .remove: break
        }
    }

    static func cpus(_ text: String) throws(InvalidValue) -> Double {
        guard let number = Double(text), number > 0, number <= 4_096 else {
            throw InvalidValue("number of processors", text, "it must be above 0, as 1.5")
        }
        return number
    }

    private static func extraHost(_ text: String) throws(InvalidValue) -> CommandAction.ExtraHost {
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }), separator != text.startIndex
        else { throw InvalidValue("host", text, "it is not of the form NAME:ADDRESS") }
        return CommandAction.ExtraHost(
            name: String(text[..<separator]), address: String(text[text.index(after: separator)...]))
    }

    /// `SOURCE:PATH[:ro|rw]`; folders of this machine are no sources.
    private func volume(_ text: String) throws -> CommandAction.Volume {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts[1].hasPrefix("/") else {
            throw InvalidValue("volume", text, "it is not of the form NAME:/PATH[:ro]")
        }
        let isReadOnly = parts.count == 3 && parts[2].split(separator: ",").contains("ro")
        return CommandAction.Volume(
            source: try source(parts[0], of: text), path: parts[1], isReadOnly: isReadOnly)
    }

    /// `type=volume|bind|tmpfs,source=NAME,target=/PATH[,readonly]`.
    private mutating func mount(_ text: String) throws {
        var fields: [String: String] = [:]
        for field in text.split(separator: ",") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(parts[0])] = parts.count > 1 ? String(parts[1]) : "true"
        }
        let path = fields["target"] ?? fields["destination"] ?? fields["dst"] ?? ""
        guard path.hasPrefix("/") else {
            throw InvalidValue("mount", text, "it has no target=/PATH")
        }
        switch fields["type"] ?? "volume" {
        case "tmpfs": action.temporaryFolders.append(path)
        case "volume", "bind":
            guard let name = fields["source"] ?? fields["src"], !name.isEmpty else {
                throw InvalidValue("mount", text, "it has no source=NAME")
            }
            let isReadOnly = ["readonly", "ro"].contains { fields[$0] == "true" || fields[$0] == "1" }
            action.volumes.append(
                CommandAction.Volume(source: try source(name, of: text), path: path, isReadOnly: isReadOnly))
        default: throw InvalidValue("mount", text, "the type is volume, bind or tmpfs")
        }
    }

    private func source(_ name: String, of text: String) throws(Diagnostic) -> CommandAction.Volume.Source {
        if name.hasSuffix("/docker.sock") {
            throw problem(
                "there is no Docker daemon whose socket a container could have",
                hint: "cmd: docker … is served without one")
        }
        if name.hasPrefix("/") || name.hasPrefix(".") {
            guard let inside = ContainerOptions().workspacePath(of: name) else {
                throw problem(
                    "\"\(text)\": containers do not see folders of this machine",
                    hint: "steps share /workspace, which starts as a copy of the context")
            }
            return .workspace(inside)
        }
        return volumes.contains(name) ? .files(name) : .scratch(name)
    }

    private func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(at: location, message, hint: hint)
    }
}
