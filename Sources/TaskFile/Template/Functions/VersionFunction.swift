// SPDX-License-Identifier: Apache-2.0

/// Semantic versions.
enum VersionFunction: String, TemplateFunctionGroup {
    case semver, semverCompare

    var arity: ClosedRange<Int> { self == .semver ? 1...1 : 2...2 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let version = try version(arguments, at: arguments.count - 1)
        switch self {
        case .semver:
            return .map([
                "Major": .integer(version.major), "Minor": .integer(version.minor),
                "Patch": .integer(version.patch),
                "Prerelease": .text(version.prerelease.joined(separator: ".")),
                "Metadata": .text(version.metadata), "Original": arguments[0],
            ])
        case .semverCompare:
            guard let range = VersionRange(try arguments.text(0)) else {
                throw arguments.problem("\"\(arguments[0].printed)\" is no range of versions")
            }
            return .boolean(range.contains(version))
        }
    }

    private func version(
        _ arguments: TemplateArguments, at index: Int
    ) throws(TemplateProblem) -> SemanticVersion {
        guard let version = SemanticVersion(try arguments.text(index)) else {
            throw arguments.problem("\"\(arguments[index].printed)\" is no semantic version")
        }
        return version
    }
}
