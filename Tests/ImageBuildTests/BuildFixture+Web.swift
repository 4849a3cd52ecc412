// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import RegistryTransport

extension BuildFixture {
    /// Builds where `ADD` can ask a web.
    func build(_ dockerfile: String, web: any HTTPTransport) async throws -> BuiltImage {
        var site = BuildSite(store: store, bases: self)
        site.http = web
        var request = BuildRequest(context: context, platform: Platform(os: "linux", architecture: "amd64"))
        request.dockerfile = .text(dockerfile, name: "Dockerfile")
        return try await ImageBuilder(site) { self.take($0) }.build(request)
    }
}
