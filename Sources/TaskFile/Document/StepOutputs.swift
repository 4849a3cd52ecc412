// SPDX-License-Identifier: Apache-2.0

import SourceText

/// The values that steps hand to later ones, in the order of the file.
struct StepOutputs {
    /// Variables that a container needs for itself.
    private static let reserved: Set<String> = ["HOME", "PATH", "HOSTNAME", "STET_OUTPUTS"]

    private let aliases: AliasTable?
    private var givers: [String: (id: StepID, line: Int)] = [:]

    init(aliases: AliasTable?) {
        self.aliases = aliases
    }

    /// The outputs of some steps, and who gives them.
    func visible(from steps: Set<StepID>) -> [String: StepID] {
        givers.compactMapValues { steps.contains($0.id) ? $0.id : nil }
    }

    /// - Throws: What is wrong with the outputs of a step, at the first that is.
    mutating func add(_ step: WrittenStep) throws(Diagnostic) {
        guard let first = step.outputs.first else { return }
        if step.isDetached {
            throw Diagnostic(
                at: first.location, "a detached step has no outputs: nobody waits for its end")
        }
        if step.command == nil, step.outputs.count > 1 {
            throw Diagnostic(
                at: step.outputs[1].location,
                "a \(step.build == nil ? "push" : "build") step has one output: the digest of its image")
        }
        for output in step.outputs {
            try check(output)
            givers[output.value] = (step.id.value, output.location.line)
        }
    }

    private func check(_ output: Located<String>) throws(Diagnostic) {
        let name = output.value
        guard OutputText.isName(name) else {
            throw Diagnostic(
                at: output.location,
                "\"\(name)\" is no name of an output: letters, digits and _, no digit in front")
        }
        guard !Self.reserved.contains(name) else {
            throw Diagnostic(
                at: output.location, "an output cannot be called \(name): containers need that variable")
        }
        if aliases?.values[name] != nil {
            throw Diagnostic(
                at: output.location, "an output cannot be called \(name): $\(name) is an alias in this file")
        }
        if let earlier = givers[name] {
            throw Diagnostic(
                at: output.location, "a second output is called \(name)",
                hint: "the first one is in line \(earlier.line)")
        }
    }
}
