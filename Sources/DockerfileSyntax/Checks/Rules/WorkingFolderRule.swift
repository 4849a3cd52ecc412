// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `WorkdirRelativePath`: the first `WORKDIR` of a stage, unless a stage that it begins with has one.
    ///
    /// A folder that needs what a base image defines is taken to be absolute.
    func workingFolders() -> [CheckWarning] {
        var warnings: [CheckWarning] = []
        var stagesWithFolder: Set<String> = []
        var known: [String: KnownVariables] = [:]
        let globals = globalScope()
        for stage in dockerfile.stages {
            let base = (try? expander({ globals[$0] }).expand(stage.from.image.text))?.lowercased() ?? ""
            var variables =
                known[base]?.enteringStage()
                ?? KnownVariables(
                    escape: dockerfile.directives.escape, beginsWithNothing: base == "scratch")
            var hasFolder = stagesWithFolder.contains(base)
            for instruction in stage.instructions {
                follow(instruction, globals, &variables)
                guard case .workdir(let word) = instruction.action else { continue }
                if !hasFolder, let folder = try? variables.expand(word), !folder.hasPrefix("/") {
                    warnings.append(relativeFolder(folder, instruction))
                }
                hasFolder = true
            }
            if let name = stage.name {
                known[name] = variables
                if hasFolder { stagesWithFolder.insert(name) }
            }
        }
        return warnings
    }

    private func relativeFolder(_ folder: String, _ instruction: Instruction) -> CheckWarning {
        warning(
            .workdirRelativePath, instruction,
            "Relative workdir \(Self.quoted(folder)) can have unexpected results if the base image changes")
    }

    /// What cannot be expanded is an error of the build, and nothing here.
    private func follow(
        _ instruction: Instruction, _ globals: [String: String], _ variables: inout KnownVariables
    ) {
        switch instruction.action {
        case .env(let assignments): try? variables.set(assignments)
        case .arg(let declarations):
            try? variables.declare(declarations, given: surroundings.arguments.given, globals: globals)
        default: break
        }
    }
}
