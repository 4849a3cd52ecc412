// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Looks for what is legal in a Dockerfile and probably not meant.
///
/// One file below `Rules/` for each idea; all rules see the same ``CheckedFile``.
package enum DockerfileChecks {
    /// What the rules know besides the text.
    package struct Surroundings: Sendable {
        package var arguments = BuildArguments()
        /// nil where no ignore file is known: then nothing is ignored.
        package var ignore: DockerIgnore?
        /// The names of the variables of the images that stages begin with, by their names in `FROM` after
        /// expansion; an image that is missing here may define any variable.
        package var baseEnvironments: [String: Set<String>] = [:]
        /// The images that stages begin with and that say of no platform that they are for it, by their names in
        /// `FROM` after expansion, with the platform that they are taken for.
        package var basesWithoutPlatform: [String: String] = [:]
        /// The names of `--build-context`, in small letters.
        package var contextNames: Set<String> = []
        /// Replaces `# check=`.
        package var options: CheckOptions?

        package init() {}
    }

    /// Runs the checks that the file asks for.
    ///
    /// - Returns: In the order of the file.
    package static func run(
        _ dockerfile: Dockerfile, in surroundings: Surroundings = Surroundings()
    ) -> [CheckWarning] {
        let options = surroundings.options ?? dockerfile.checkOptions
        let file = CheckedFile(dockerfile: dockerfile, surroundings: surroundings)
        return rules.flatMap { $0(file) }.filter { options.runs($0.rule) }.sorted {
            ($0.location.line, $0.location.column, $0.rule.rawValue, $0.message)
                < ($1.location.line, $1.location.column, $1.rule.rawValue, $1.message)
        }
    }

    private static let rules: [@Sendable (CheckedFile) -> [CheckWarning]] = [
        { $0.casing() }, { $0.stageNames() }, { $0.emptyContinuations() }, { $0.oldForms() },
        { $0.commands() },
        { $0.workingFolders() }, { $0.secrets() }, { $0.platforms() }, { $0.argumentsInFrom() },
        { $0.undefinedVariables() }, { $0.ignoredSources() }, { $0.descriptions() }, { $0.ports() },
        { $0.stageReferences() }, { $0.basePlatforms() },
    ]
}

extension Dockerfile {
    /// What `# check=` says; a value that cannot be read was an error when the file was parsed.
    package var checkOptions: CheckOptions {
        directives.check.flatMap { try? CheckOptions($0) } ?? CheckOptions()
    }
}
