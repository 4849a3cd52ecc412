// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `JSONArgsRecommended` and `MultipleInstructionsDisallowed`.
    func commands() -> [CheckWarning] {
        var warnings: [CheckWarning] = []
        var stagesWithShell: Set<String> = []
        for stage in dockerfile.stages {
            var hasShell = stagesWithShell.contains(stage.from.image.text.lowercased())
            var last: [Keyword: Instruction] = [:]
            for instruction in stage.instructions {
                switch instruction.action {
                case .shell: hasShell = true
                case .cmd(.shell), .entrypoint(.shell):
                    if !hasShell { warnings.append(shellForm(instruction)) }
                default: break
                }
                guard [.cmd, .entrypoint, .healthcheck].contains(instruction.keyword) else { continue }
                if let ignored = last[instruction.keyword] { warnings.append(repeated(ignored)) }
                last[instruction.keyword] = instruction
            }
            if hasShell, let name = stage.name { stagesWithShell.insert(name) }
        }
        return warnings
    }

    private func shellForm(_ instruction: Instruction) -> CheckWarning {
        warning(
            .jsonArgsRecommended, instruction,
            "JSON arguments recommended for \(instruction.spelling) to prevent unintended behavior related "
                + "to OS signals")
    }

    /// The earlier one is shown: it is the one without effect.
    private func repeated(_ instruction: Instruction) -> CheckWarning {
        warning(
            .multipleInstructionsDisallowed, instruction,
            "Multiple \(instruction.keyword.rawValue) instructions should not be used in the same stage because "
                + "only the last one will be used")
    }
}
