// SPDX-License-Identifier: Apache-2.0

import SourceText

extension CheckedFile {
    /// `UndefinedVar`.
    ///
    /// Where the variables of a base image are not known, only names that are close to a known one are told: any
    /// other may be the image's.
    func undefinedVariables() -> [CheckWarning] {
        var known: [String: Scope] = [:]
        var warnings: [CheckWarning] = []
        let globals = globalScope()
        for stage in dockerfile.stages {
            let base = (try? expander({ globals[$0] }).expand(stage.from.image.text)) ?? ""
            var scope = known[base.lowercased()] ?? Scope(ofImage: base, in: surroundings)
            for instruction in stage.instructions {
                for name in uses(of: instruction) where !scope.names.contains(name) {
                    let others = scope.names.union(globals.keys).subtracting([name])
                    let nearest = nearestWord(to: name, in: others.sorted())
                    guard scope.isComplete || nearest != nil || globals[name] != nil else { continue }
                    warnings.append(
                        warning(
                            .undefinedVar, instruction,
                            "Usage of undefined variable '$\(name)'"
                                + (nearest.map { " (did you mean $\($0)?)" } ?? "")))
                }
                scope.names.formUnion(instruction.definedNames)
            }
            if let name = stage.name { known[name] = scope }
        }
        return warnings
    }

    /// The variables at one place in a stage.
    private struct Scope {
        var names: Set<String>
        /// No variable comes from an image that is not known.
        var isComplete: Bool

        init(ofImage name: String, in surroundings: DockerfileChecks.Surroundings) {
            names = BuildArguments.predefined.union(["PATH"])
            if name == "scratch" {
                isComplete = true
            } else if let environment = surroundings.baseEnvironments[name] {
                names.formUnion(environment)
                isComplete = true
            } else {
                isComplete = false
            }
        }
    }

    private func uses(of instruction: Instruction) -> [String] {
        var seen: Set<String> = []
        let words = instruction.expandedWords.flatMap { VariableUses.names(in: $0.text, of: dockerfile) }
        let documents = instruction.expandedDocuments.flatMap {
            VariableUses.names(in: $0.content, of: dockerfile, quotes: .literal)
        }
        return (words + documents).filter { seen.insert($0).inserted }
    }
}

extension Instruction {
    /// The here-documents in which variables are replaced; those of `RUN` are the shell's.
    fileprivate var expandedDocuments: [HereDocument] {
        switch action {
        case .add(let copy), .copy(let copy): copy.documents.filter(\.opening.expands)
        default: []
        }
    }

    /// The words in which variables are replaced; those of `RUN`, `CMD` and `ENTRYPOINT` are the shell's.
    fileprivate var expandedWords: [Word] {
        switch action {
        case .add(let copy), .copy(let copy):
            let paths = copy.sources.compactMap { source -> Word? in
                guard case .path(let word) = source else { return nil }
                return word
            }
            let options = [copy.options.owner, copy.options.mode, copy.options.checksum].compactMap { $0 }
            return paths + [copy.destination] + options + copy.options.excludes
        case .arg(let declarations): return declarations.compactMap(\.defaultValue)
        case .env(let assignments), .label(let assignments):
            return assignments.flatMap { [$0.name, $0.value] }
        case .expose(let word), .stopsignal(let word), .user(let word), .workdir(let word): return [word]
        case .volume(let words): return words
        case .run(let run): return run.mounts.map(\.word)
        case .cmd, .entrypoint, .from, .healthcheck, .maintainer, .onbuild, .shell: return []
        }
    }
}
