// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile

/// Understands what the steps of a task say.
struct ActionReader: Sendable {
    private let document: TaskDocument
    private let usesShellOfImage: Bool

    init(_ document: TaskDocument, usesShellOfImage: Bool) {
        self.document = document
        self.usesShellOfImage = usesShellOfImage
    }

    /// `isFinal`: the outputs of earlier steps are known; until then each stands for its own name.
    ///
    /// - Throws: A diagnostic about what a step asks for and cannot have.
    func action(of step: TaskStep, isFinal: Bool) throws(Diagnostic) -> RunPlan.Action {
        switch step.action {
        case .command(let text): return try command(text, of: step, isFinal: isFinal)
        case .build(let arguments):
            return .build(
                try BuildAction(
                    arguments, options: options(of: step, isFinal: isFinal), volumes: document.volumes))
        case .push(let names): return .push(try PushAction(names))
        }
    }

    private func command(
        _ text: Located<String>, of step: TaskStep, isFinal: Bool
    ) throws(Diagnostic) -> RunPlan.Action {
        let names = isFinal ? [] : Array(document.visibleOutputs(of: step.id).keys)
        let variables = step.variables.merging(names.map { ($0, $0) }) { known, _ in known }
        let volumes = Set(document.volumes.map(\.name))
        let keys = try CommandAction(step, network: document.network(of: step))
        let words: [ShellWords.Word]
        do {
            words = try ShellWords(text.value, variables: variables).words
        } catch {
            if usesShellOfImage, let action = shellCommand(text, of: step, onto: keys, volumes) {
                return .command(action)
            }
            let hint = error.hint.map { $0 + ", or run with --agent-shell" }
            throw Diagnostic(at: text.location, error.description, hint: hint)
        }
        var reader = CommandReader(words[...], onto: keys, volumes: volumes, at: text.location)
        let action = try reader.read()
        guard action.image == "docker" else { return .command(action) }
        let docker = DockerCommandReader(
            options: options(of: step, isFinal: isFinal), location: text.location, volumes: document.volumes,
            action: keys)
        return .docker(try docker.read(words[(words.count - action.arguments.count)...]))
    }

    /// The setup of a step, with outputs that are not known yet as variables that stand for their own names.
    private func options(of step: TaskStep, isFinal: Bool) -> ContainerOptions {
        isFinal ? step.container : step.container.expecting(document.visibleOutputs(of: step.id).keys)
    }

    /// The shortest beginning of the text that names an image, with the rest as a script for the image's shell.
    private func shellCommand(
        _ text: Located<String>, of step: TaskStep, onto keys: CommandAction, _ volumes: Set<String>
    ) -> CommandAction? {
        let characters = Array(text.value)
        for end in characters.indices where characters[end].isWhitespace {
            guard let words = try? ShellWords(String(characters[..<end]), variables: step.variables).words
            else { continue }
            var reader = CommandReader(words[...], onto: keys, volumes: volumes, at: text.location)
            guard var action = try? reader.read() else { continue }
            action.entryPoint = "sh"
            action.arguments = ["-c", String(characters[end...].drop(while: \.isWhitespace))]
            return action
        }
        return nil
    }
}
