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

    /// - Throws: A diagnostic about what a step asks for and cannot have.
    func action(of step: TaskStep) throws(Diagnostic) -> RunPlan.Action {
        switch step.action {
        case .command(let text): return try command(text, of: step)
        case .build(let arguments): return .build(try BuildAction(arguments, options: step.container))
        case .push(let names): return .push(try PushAction(names))
        }
    }

    private func command(_ text: Located<String>, of step: TaskStep) throws(Diagnostic) -> RunPlan.Action {
        let volumes = Set(document.volumes.map(\.name))
        let keys = try CommandAction(step, network: document.network(of: step))
        let words: [ShellWords.Word]
        do {
            words = try ShellWords(text.value, variables: step.variables).words
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
        let docker = DockerCommandReader(step: step, location: text.location, volumes: volumes, action: keys)
        return .docker(try docker.read(words[(words.count - action.arguments.count)...]))
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
