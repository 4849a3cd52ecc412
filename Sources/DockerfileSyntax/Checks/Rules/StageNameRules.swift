// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `StageNameCasing`, `DuplicateStageName` and `ReservedStageName`.
    func stageNames() -> [CheckWarning] {
        var warnings: [CheckWarning] = []
        var seen: Set<String> = []
        for stage in dockerfile.stages {
            guard let name = stage.name, let written = stage.from.nameSpelling?.name else { continue }
            if written != name {
                warnings.append(
                    warning(
                        .stageNameCasing, stage.opening, "Stage name '\(written)' should be lowercase"))
            }
            if ["context", "scratch"].contains(name) {
                warnings.append(
                    warning(
                        .reservedStageName, stage.opening,
                        "Stage name should not use the same name as reserved stage \(Self.quoted(name))"))
            }
            if !seen.insert(name).inserted {
                warnings.append(
                    warning(
                        .duplicateStageName, stage.opening,
                        "Duplicate stage name \(Self.quoted(name)), stage names should be unique"))
            }
        }
        return warnings
    }
}
