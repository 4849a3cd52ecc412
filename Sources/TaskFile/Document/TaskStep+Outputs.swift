// SPDX-License-Identifier: Apache-2.0

package import SourceText

extension TaskStep {
    /// Whether a text of the step names an output of an earlier step.
    ///
    /// What such a text says is known only when that step is done; until then each stands for its own name.
    package var usesOutputs: Bool {
        visibleOutputs.keys.contains { name in
            texts.contains { OutputText.names($0, name) }
        }
    }

    /// The step with the outputs of earlier steps in its texts.
    ///
    /// They stand for `$NAME` and `${NAME}` in the text of a build, the names of a push and the entries of
    /// `env`; the text of a `cmd` is taken apart with `variables`. Each is a variable of the container too, under
    /// what the step itself sets. Outputs of steps that this one does not wait for are left out.
    ///
    /// - Throws: What is wrong with the text of a build now that it is known.
    package func resolving(outputs: [String: String]) throws(Diagnostic) -> TaskStep {
        let visible = outputs.filter { visibleOutputs[$0.key] != nil }
        guard !visible.isEmpty else { return self }
        var step = self
        step.variables = visible
        step.container.environment = step.container.environment.map { OutputText.expand($0, visible) }
        let named = Set(step.container.environment.map { $0.prefix { $0 != "=" } })
        for (name, value) in visible.sorted(by: { $0.key < $1.key }) where !named.contains(name[...]) {
            step.container.environment.append("\(name)=\(value)")
        }
        switch action {
        case .command: break
        case .build(let arguments):
            guard let buildText else { break }
            let reading = try BuildArguments.read(buildText, variables: visible, at: place)
            step.action = .build(Located(reading.arguments, at: arguments.location))
        case .push(let images):
            step.action = .push(images.map { Located(OutputText.expand($0.value, visible), at: $0.location) })
        }
        return step
    }

    private var texts: [String] {
        let own =
            switch action {
            case .command(let text): [text.value]
            case .build: buildText.map { [$0.value] } ?? []
            case .push(let images): images.map(\.value)
            }
        return own + container.environment
    }
}

extension TaskDocument {
    /// The outputs that a step can read: those of the steps that it waits for, directly or not.
    ///
    /// - Returns: Names, and the step that gives each.
    package func visibleOutputs(of id: StepID) -> [String: StepID] {
        steps.first { $0.id == id }?.visibleOutputs ?? [:]
    }
}

/// Outputs in texts that are not taken apart into words.
enum OutputText {
    static func names(_ text: String, _ name: String) -> Bool {
        expand(text, [name: ""]) != text
    }

    /// Replaces `$NAME` and `${NAME}` where `values` has the name.
    static func expand(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let behind = rest[rest.index(after: dollar)...]
            let isBraced = behind.first == "{"
            let name = behind.dropFirst(isBraced ? 1 : 0).prefix(while: isNamePart)
            let end = behind.dropFirst(name.count + (isBraced ? 1 : 0))
            if let value = values[String(name)], !isBraced || end.first == "}" {
                result += value
                rest = isBraced ? end.dropFirst() : end
            } else {
                result += "$"
                rest = behind
            }
        }
        return result + rest
    }

    /// Whether a name may be that of an output: what a shell takes for a variable.
    static func isName(_ name: String) -> Bool {
        guard let first = name.first, !("0"..."9").contains(first) else { return false }
        return name.allSatisfy(isNamePart)
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }
}
