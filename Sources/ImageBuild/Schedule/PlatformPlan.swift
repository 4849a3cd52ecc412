// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

/// What a build does for one platform.
struct PlatformPlan: Sendable {
    let platform: Platform
    let dockerfile: Dockerfile
    let arguments: BuildArguments
    let plan: BuildPlan
    /// For the steps that a base image's triggers turn out to be.
    let planner: BuildPlanner

    /// - Throws: The first thing in the needed stages that is wrong.
    init(of dockerfile: Dockerfile, for platform: Platform, _ request: BuildRequest) throws(Diagnostic) {
        self.platform = platform
        self.dockerfile = dockerfile
        arguments = BuildArguments(given: request.arguments, platform: platform.buildArguments)
        var planner = BuildPlanner(
            dockerfile, arguments: arguments, platform: platform, contexts: request.namedContexts)
        plan = try planner.plan(target: request.target)
        var words = WordChecks(dockerfile, given: arguments.given, globals: plan.globalScope)
        try words.run(plan.stages)
        self.planner = planner
    }

    /// What the stage's `FROM` names, after expansion.
    func baseName(of stage: BuildPlan.Stage) -> String? {
        let scope = plan.globalScope
        let expander = Expander(escape: dockerfile.directives.escape) { scope[$0] }
        return try? expander.expand(dockerfile.stages[stage.index].from.image)
    }
}

extension Dockerfile {
    /// By index; stages without a name are not there.
    var stageNames: [Int: String] {
        var names: [Int: String] = [:]
        for (index, stage) in stages.enumerated() { names[index] = stage.name }
        return names
    }
}

extension Platform {
    /// The arguments that every Dockerfile has before its first `FROM`.
    ///
    /// Source: Dockerfile reference, "Automatic platform ARGs in the global scope".
    var buildArguments: [String: String] {
        var arguments: [String: String] = [:]
        for (prefix, platform) in [("BUILD", Platform.host), ("TARGET", self)] {
            arguments["\(prefix)PLATFORM"] = platform.description
            arguments["\(prefix)OS"] = platform.os
            arguments["\(prefix)ARCH"] = platform.architecture
            arguments["\(prefix)VARIANT"] = platform.variant ?? ""
        }
        return arguments
    }
}
