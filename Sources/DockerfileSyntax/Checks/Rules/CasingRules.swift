// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `ConsistentInstructionCasing` and `FromAsCasing`.
    func casing() -> [CheckWarning] {
        let instructions = dockerfile.stages.flatMap { [$0.opening] + $0.instructions }
        let small = instructions.count { $0.spelling.isLowercase }
        let capital = instructions.count { $0.spelling.isUppercase }
        let isMajoritySmall = small > capital
        var warnings: [CheckWarning] = []
        for instruction in instructions {
            let isRight =
                isMajoritySmall ? instruction.spelling.isLowercase : instruction.spelling.isUppercase
            if !isRight {
                warnings.append(
                    warning(
                        .consistentInstructionCasing, instruction,
                        "Command '\(instruction.spelling)' should match the case of the command majority "
                            + "(\(isMajoritySmall ? "lowercase" : "uppercase"))"))
            }
        }
        return warnings + dockerfile.stages.compactMap { asCasing($0) }
    }

    /// Says nothing where `FROM` itself is of mixed case, which the other rule tells.
    private func asCasing(_ stage: Dockerfile.Stage) -> CheckWarning? {
        guard let keyword = stage.from.nameSpelling?.keyword else { return nil }
        let from = stage.opening.spelling
        guard from.isLowercase ? !keyword.isLowercase : from.isUppercase && !keyword.isUppercase else {
            return nil
        }
        return warning(
            .fromAsCasing, stage.opening, "'\(keyword)' and '\(from)' keywords' casing do not match")
    }
}

extension String {
    fileprivate var isLowercase: Bool { self == lowercased() }
    fileprivate var isUppercase: Bool { self == uppercased() }
}
