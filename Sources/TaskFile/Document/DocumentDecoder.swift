// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// A YAML tree to a task document.
struct DocumentDecoder {
    var reader: DocumentReader
    private let inputs: TaskInputs
    /// What bare first words of commands are looked up in; nil where the file has no aliases.
    private let aliases: AliasTable?

    init(reader: DocumentReader, inputs: TaskInputs, aliases: AliasTable?) {
        self.reader = reader
        self.inputs = inputs
        self.aliases = aliases
    }

    /// - Parameter root: nil for a file without content, which is a task without steps.
    /// - Returns: The task, with the warnings of all passes.
    /// - Throws: Everything that is wrong; of each step that can be read, the first thing.
    mutating func decode(_ root: YAMLValue?) throws(Diagnostics) -> TaskDocument {
        let root = root ?? YAMLValue(.mapping([]), at: SourceLocation(file: reader.source.file, line: 1))
        guard case .mapping = root.content else {
            throw Diagnostics(
                reader.source.relocate(
                    Diagnostic(
                        at: root.location, "a task file must be a mapping, not \(root.kind)",
                        hint: "it starts with \"steps:\""), from: reader.text))
        }
        reader.warnOfUnknownKeys(
            in: root, known: TaskKeys.task, of: "a task", explained: TaskKeys.explainedInTask)
        let version = version(of: root)
        warnOfAliasSection(in: root, version)
        let stepTimeout = reader.seconds("stepTimeout", in: root) ?? StepPolicy().timeout
        let secrets = secrets(of: root)
        let volumes = volumes(of: root)
        let networks = networks(of: root)
        let stepValues = reader.list("steps", in: root)
        var stepDecoder = StepDecoder(
            defaults: StepDefaults(
                timeout: stepTimeout,
                workingDirectory: reader.string("workingDirectory", in: root)?.value
                    ?? inputs.workingDirectory,
                environment: environment(of: root), volumes: Set(volumes.map(\.name)),
                ids: Set(stepValues.compactMap { try? $0["id"]?.string("id") }.map { StepID($0) })),
            aliases: aliases, run: inputs.run)
        var steps: [TaskStep] = []
        for (index, value) in stepValues.enumerated() {
            if let step = stepDecoder.decode(value, at: index, with: &reader) { steps.append(step) }
        }
        if let errors = Diagnostics(errorsIn: reader.diagnostics) { throw errors }
        return TaskDocument(
            version: version, taskName: inputs.run.taskName, steps: steps,
            graph: TaskGraph(nodes: stepDecoder.nodes), stepTimeout: stepTimeout, secrets: secrets,
            volumes: volumes, networks: networks, externalNetwork: inputs.network,
            secretTexts: secretTexts(with: volumes), warnings: reader.diagnostics)
    }

    // MARK: The task's own keys

    private mutating func version(of root: YAMLValue) -> TaskVersion {
        guard let written = reader.string("version", in: root) else { return .v1 }
        guard let version = TaskVersion(written: written.value) else {
            let accepted = TaskVersion.allCases.map(\.rawValue)
            reader.reportAtOrigin(
                Diagnostic(
                    at: written.location, "\"\(written.value)\" is no version of the task language",
                    hint: "write \(accepted.dropLast().joined(separator: ", ")) or \(accepted.last ?? "")"))
            return .v1
        }
        if aliases == nil, version == .v11, root["alias"] != nil {
            reader.reportAtOrigin(
                Diagnostic(
                    .warning, at: written.location,
                    "aliases are off: the version is not found where it is looked for",
                    hint: "write version: v1.1.0, in small letters, from the first column"))
        }
        return version
    }

    /// A section of aliases in a file of a version without them.
    private mutating func warnOfAliasSection(in root: YAMLValue, _ version: TaskVersion) {
        guard aliases == nil, version != .v11, case .mapping(let entries) = root.content,
            let section = entries.first(where: { $0.key == "alias" })
        else { return }
        reader.report(
            Diagnostic(
                .warning, at: section.keyLocation,
                "alias has no effect: aliases need version: v1.1.0, and this file is \(version.rawValue)",
                hint: "write version: v1.1.0 from the first column"))
    }

    private mutating func environment(of root: YAMLValue) -> EnvironmentLayers? {
        do {
            return try EnvironmentLayers(
                task: reader.strings("env", in: root), commandLine: inputs.environment)
        } catch {
            reader.reportAtOrigin(error)
            return nil
        }
    }

    /// Reads and checks `secrets`, which the text pipeline needs before the rest.
    mutating func secrets(of root: YAMLValue) -> [TaskSecret] {
        var secrets: [TaskSecret] = []
        for value in reader.list("secrets", in: root) {
            reader.warnOfUnknownKeys(in: value, known: TaskKeys.secret, of: "a secret")
            let secret = TaskSecret(
                id: reader.string("id", in: value)?.value ?? "",
                keyVault: reader.string("keyvault", in: value)?.value,
                clientID: reader.string("clientID", in: value)?.value, location: reader.origin(value))
            if let problem = problem(with: secret, after: secrets) {
                reader.report(Diagnostic(at: value.location, problem))
            }
            secrets.append(secret)
        }
        return secrets
    }

    private func problem(with secret: TaskSecret, after earlier: [TaskSecret]) -> String? {
        if secret.id.isEmpty { return "a secret needs an id" }
        if secret.id.contains(where: \.isWhitespace) {
            return "the id \"\(secret.id)\" of a secret has white space"
        }
        if earlier.contains(where: { $0.id == secret.id }) {
            return "a second secret is called \"\(secret.id)\""
        }
        if secret.keyVault?.isEmpty != false { return "the secret \"\(secret.id)\" needs keyvault, its URL" }
        if let clientID = secret.clientID, !Self.isUUID(clientID) {
            return "clientID \"\(clientID)\" is no UUID"
        }
        return nil
    }

    private static func isUUID(_ text: String) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).map(\.count) == [8, 4, 4, 4, 12]
            && text.allSatisfy { $0 == "-" || ($0.isASCII && $0.isHexDigit) }
    }

    /// What the pipeline hides, and what is in the volumes: whole, and in lines that are no common words.
    private func secretTexts(with volumes: [TaskVolume]) -> [String] {
        var mask = reader.source.mask
        for file in volumes.flatMap(\.files) {
            guard let text = String(validating: file.bytes, as: UTF8.self) else { continue }
            let lines = text.split(whereSeparator: \.isNewline)
            mask.add(lines.count == 1 ? [text] : lines.map(\.trimmed).filter { $0.count >= 8 })
        }
        return mask.texts
    }

    private mutating func volumes(of root: YAMLValue) -> [TaskVolume] {
        var volumes: [TaskVolume] = []
        for value in reader.list("volumes", in: root) {
            reader.warnOfUnknownKeys(in: value, known: TaskKeys.volume, of: "a volume")
            let name = reader.string("name", in: value)?.value ?? ""
            let files = reader.table("secret", in: value)
            if let problem = problem(volume: name, files: files.map(\.value), after: volumes) {
                reader.report(Diagnostic(at: value.location, problem))
            }
            let contents = Dictionary(files.map { ($0.value.key, $0.value.value) }) { $1 }
            volumes.append(TaskVolume(name: name, secret: contents, location: reader.origin(value)))
        }
        return volumes
    }

    private func problem(
        volume name: String, files: [(key: String, value: String)], after earlier: [TaskVolume]
    ) -> String? {
        if !Self.isName(name, also: "-_") {
            return "\"\(name)\" is no name of a volume: letters, digits, - and _"
        }
        if earlier.contains(where: { $0.name == name }) { return "a second volume is called \"\(name)\"" }
        if files.isEmpty { return "the volume \"\(name)\" needs secret, its files" }
        if let file = files.first(where: { !Self.isName($0.key, also: "-_.") }) {
            return "\"\(file.key)\" is no name of a file in a volume: letters, digits, -, _ and ."
        }
        if let file = files.first(where: { TaskVolume.decode($0.value) == nil }) {
            return "the file \"\(file.key)\" of the volume \"\(name)\" is not Base64"
        }
        return nil
    }

    private static func isName(_ text: String, also others: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                AliasTable.isNameScalar($0) || others.unicodeScalars.contains($0)
            }
    }

    private mutating func networks(of root: YAMLValue) -> [TaskNetwork] {
        var networks: [TaskNetwork] = []
        for value in reader.list("networks", in: root) {
            reader.warnOfUnknownKeys(in: value, known: TaskKeys.network, of: "a network")
            guard let name = reader.string("name", in: value)?.value, !name.isEmpty else {
                reader.report(Diagnostic(at: value.location, "a network needs a name"))
                continue
            }
            networks.append(
                TaskNetwork(
                    name: name, driver: reader.string("driver", in: value)?.value,
                    hasIPv6: reader.boolean("ipv6", in: value),
                    isExternal: reader.boolean("skipCreation", in: value),
                    isDefault: reader.boolean("isDefault", in: value), location: reader.origin(value)))
        }
        return networks
    }
}
