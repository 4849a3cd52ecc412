// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `InvalidDefinitionDescription`: a comment right above an `ARG` or a named stage that is about something else.
    func descriptions() -> [CheckWarning] {
        let stages = dockerfile.stages.compactMap { stage in
            stage.name.flatMap { description(of: stage.opening, names: [$0], kind: "FROM") }
        }
        let instructions = dockerfile.globalInstructions + dockerfile.stages.flatMap(\.instructions)
        return stages
            + instructions.compactMap { instruction in
                guard case .arg(let declarations) = instruction.action else { return nil }
                return description(of: instruction, names: declarations.map(\.name.text), kind: "ARG")
            }
    }

    private func description(of instruction: Instruction, names: [String], kind: String) -> CheckWarning? {
        guard let comment = instruction.comment, let name = names.first else { return nil }
        let first = comment.prefix { !$0.isBlank }
        guard !names.contains(String(first)) else { return nil }
        return warning(
            .invalidDefinitionDescription, instruction,
            "Comment for \(kind) should follow the format: `# \(names.count > 1 ? "<arg_key>" : name) <description>`"
        )
    }
}
