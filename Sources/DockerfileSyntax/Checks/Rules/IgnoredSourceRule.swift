// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `CopyIgnoredFile`: a source in the build context that the ignore file leaves out.
    func ignoredSources() -> [CheckWarning] {
        guard let ignore = surroundings.ignore else { return [] }
        return dockerfile.stages.flatMap(\.instructions).flatMap { instruction -> [CheckWarning] in
            let copy: CopyInstruction
            let verb: String
            switch instruction.action {
            case .copy(let it): (copy, verb) = (it, "Copy")
            case .add(let it): (copy, verb) = (it, "Add")
            default: return []
            }
            guard copy.options.from == nil else { return [] }
            return copy.sources.compactMap { source in
                guard case .path(let word) = source, !word.text.contains("://"), !word.text.contains("$")
                else {
                    return nil
                }
                let path = CleanPath.relative(word.text)
                guard path != ".", ignore.ignores(path) else { return nil }
                return warning(
                    .copyIgnoredFile, instruction,
                    "Attempting to \(verb) file \(Self.quoted(path)) that is excluded by .dockerignore")
            }
        }
    }
}
