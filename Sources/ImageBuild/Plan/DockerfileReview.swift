// SPDX-License-Identifier: Apache-2.0

package import DockerfileSyntax
import OCISpec
import SourceText

/// What the build checks say about the Dockerfile of a request, without building it.
package struct DockerfileReview: Sendable {
    package let source: SourceFile
    /// In the order of the file.
    package let warnings: [CheckWarning]
    /// `# check=error=true`: a warning fails the build.
    package let warningsAreErrors: Bool

    /// - Throws: What a build would throw before its first step, for the target and the platforms of the request.
    package static func of(_ request: BuildRequest) async throws(BuildError) -> DockerfileReview {
        let planned = try await PlannedDockerfile.of(request)
        let surroundings = try surroundings(
            of: request, for: request.platforms.first ?? .host, ignore: try planned.texts.ignore())
        return DockerfileReview(planned.dockerfile, in: surroundings)
    }

    /// What the checks know of a request, but for its base images.
    ///
    /// - Throws: For a build argument that says nothing about checks.
    static func surroundings(
        of request: BuildRequest, for platform: Platform, ignore: DockerIgnore
    ) throws(BuildError) -> DockerfileChecks.Surroundings {
        var surroundings = DockerfileChecks.Surroundings()
        surroundings.arguments = BuildArguments(
            given: request.arguments, platform: platform.buildArguments)
        surroundings.ignore = ignore
        surroundings.contextNames = Set(request.namedContexts.keys.map { $0.lowercased() })
        if let text = BuilderArgument.check.text(in: request.arguments) {
            do {
                surroundings.options = try CheckOptions(text)
            } catch {
                throw .store(
                    InvalidValue("build argument \(BuilderArgument.check.rawValue)", text, error.message))
            }
        }
        return surroundings
    }

    /// Runs those of the checks that `runs` takes.
    init(
        _ dockerfile: Dockerfile, in surroundings: DockerfileChecks.Surroundings,
        where runs: (CheckRule) -> Bool = { _ in true }
    ) {
        source = dockerfile.source
        warnings = DockerfileChecks.run(dockerfile, in: surroundings).filter { runs($0.rule) }
        warningsAreErrors = (surroundings.options ?? dockerfile.checkOptions).warningsAreErrors
    }

    /// - Throws: When there are warnings, and the file says that they are errors.
    package func enforce() throws(BuildError) {
        guard warningsAreErrors, let first = warnings.first else { return }
        var rules: [String] = []
        for warning in warnings where !rules.contains(warning.rule.rawValue) {
            rules.append(warning.rule.rawValue)
        }
        throw .invalid(
            source.error(
                at: first.location, "lint violation found for rules: \(rules.joined(separator: ", "))",
                hint: "mend them, or skip them: # check=skip=\(rules.joined(separator: ","))"))
    }
}
