// SPDX-License-Identifier: Apache-2.0

import SourceText

extension CheckedFile {
    /// `UndefinedArgInFrom` and `InvalidDefaultArgInFrom`.
    func argumentsInFrom() -> [CheckWarning] {
        let scope = globalScope()
        let known = Set(scope.keys).union(dockerfile.globalArguments.map(\.name.text))
        let defaults = globalScope(isGiven: false)
        return dockerfile.stages.flatMap { stage in
            let words = [stage.from.image] + (stage.from.platform.map { [$0] } ?? [])
            let unknown = words.flatMap { VariableUses.names(in: $0.text, of: dockerfile) }.filter {
                !known.contains($0)
            }
            var warnings = unknown.map { name in
                let nearest = nearestWord(to: name, in: known.sorted())
                return warning(
                    .undefinedArgInFrom, stage.opening,
                    "FROM argument '\(name)' is not declared"
                        + (nearest.map { " (did you mean \($0)?)" } ?? ""))
            }
            if let warning = invalidDefault(stage, defaults) { warnings.append(warning) }
            return warnings
        }
    }

    /// The name without anything from the command line.
    private func invalidDefault(
        _ stage: Dockerfile.Stage, _ defaults: [String: String]
    ) -> CheckWarning? {
        let word = stage.from.image
        guard word.text.contains("$"), let name = try? expander({ defaults[$0] }).expand(word.text) else {
            return nil
        }
        guard !Self.canBeImageName(name) else { return nil }
        return warning(
            .invalidDefaultArgInFrom, stage.opening,
            "Default value for ARG \(word.text) results in empty or invalid base image name")
    }

    /// The shape of `[host/]path[:tag][@digest]`, without its lengths.
    private static func canBeImageName(_ name: String) -> Bool {
        let path = name.prefix { $0 != "@" }
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = components.last, !last.isEmpty else { return false }
        let parts = last.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts.contains(where: \.isEmpty) else { return false }
        let isPath = (components.dropLast().dropFirst() + [parts[0]]).allSatisfy { component in
            component.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
                && component.allSatisfy {
                    $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0))
                }
        }
        return isPath && !components.contains(where: \.isEmpty)
    }
}
