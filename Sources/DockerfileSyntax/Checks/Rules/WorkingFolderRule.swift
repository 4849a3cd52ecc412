// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `WorkdirRelativePath`: the first `WORKDIR` of a stage, unless a stage that it begins with has one.
    func workingFolders() -> [CheckWarning] {
        var warnings: [CheckWarning] = []
        var stagesWithFolder: Set<String> = []
        for stage in dockerfile.stages {
            var hasFolder = stagesWithFolder.contains(stage.from.image.text.lowercased())
            for instruction in stage.instructions {
                guard case .workdir(let word) = instruction.action else { continue }
                let isAbsolute = word.text.hasPrefix("/") || word.text.hasPrefix("$")
                if !hasFolder, !isAbsolute {
                    warnings.append(
                        warning(
                            .workdirRelativePath, instruction,
                            "Relative workdir \(Self.quoted(word.text)) can have unexpected results if the base "
                                + "image changes"))
                }
                hasFolder = true
            }
            if hasFolder, let name = stage.name { stagesWithFolder.insert(name) }
        }
        return warnings
    }
}
