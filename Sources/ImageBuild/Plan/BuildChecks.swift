// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec

/// The checks of a build: those of the text at once, and those that need to know base images when these are here.
struct BuildChecks: Sendable {
    /// What needs to know base images.
    private static let ofImages: Set<CheckRule> = [.undefinedVar, .invalidBaseImagePlatform]

    let plan: PlatformPlan
    private let surroundings: DockerfileChecks.Surroundings
    private let progress: @Sendable (BuildEvent) -> Void

    init(
        _ plan: PlatformPlan, _ request: BuildRequest, ignore: DockerIgnore,
        progress: @escaping @Sendable (BuildEvent) -> Void
    ) throws(BuildError) {
        self.plan = plan
        self.progress = progress
        surroundings = try DockerfileReview.surroundings(of: request, for: plan.platform, ignore: ignore)
    }

    /// - Throws: Where a warning is an error.
    func runBeforeImages() throws(BuildError) {
        try run(in: surroundings) { !Self.ofImages.contains($0) }
    }

    /// - Throws: Where a warning is an error.
    func run(knowing images: FetchedImages) throws(BuildError) {
        var surroundings = surroundings
        for stage in plan.plan.stages {
            guard case .image(let name) = stage.base, let word = plan.baseName(of: stage),
                let image = images[FetchedImage.Key(name: name, platform: stage.platform)]
            else { continue }
            let names = (image.state.container.env ?? []).map { String($0.prefix { $0 != "=" }) }
            surroundings.baseEnvironments[word] = Set(names)
            if !image.saysPlatform { surroundings.basesWithoutPlatform[word] = "\(stage.platform)" }
        }
        try run(in: surroundings) { Self.ofImages.contains($0) }
    }

    private func run(
        in surroundings: DockerfileChecks.Surroundings, where runs: (CheckRule) -> Bool
    ) throws(BuildError) {
        let review = DockerfileReview(plan.dockerfile, in: surroundings, where: runs)
        for warning in review.warnings { progress(.warning(warning.diagnostic)) }
        try review.enforce()
    }
}
