// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText

/// A Dockerfile that was read and planned for each platform, for those who only want to know about it.
struct PlannedDockerfile: Sendable {
    let dockerfile: Dockerfile
    /// In the order of the request's platforms.
    let plans: [PlatformPlan]
    let texts: BuildTexts

    /// - Throws: What a build would throw before its first step, for the target and the platforms of the request.
    static func of(_ request: BuildRequest) async throws(BuildError) -> PlannedDockerfile {
        let texts = try await BuildTexts.read(request)
        let dockerfile: Dockerfile
        do {
            dockerfile = try texts.dockerfile()
        } catch {
            throw .invalid(error)
        }
        do {
            var plans: [PlatformPlan] = []
            for platform in request.platforms {
                plans.append(try PlatformPlan(of: dockerfile, for: platform, request))
            }
            return PlannedDockerfile(dockerfile: dockerfile, plans: plans, texts: texts)
        } catch {
            throw .invalid(error)
        }
    }
}
