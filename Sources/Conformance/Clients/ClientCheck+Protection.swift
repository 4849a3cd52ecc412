// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension ClientCheck {
    /// Has the tag of a client's first push made to stand, where that is not the registry's own doing.
    static func protect(
        _ exchanges: [Exchange], in repository: RepositoryName, _ context: RunContext
    ) async throws(SetupError) {
        let put = exchanges.last {
            $0.request.method == .put && $0.request.url.path.hasSuffix("/manifests/v1")
                && $0.response.isSuccess
        }
        guard let setup = context.setup, let put, let tag = try? Tag("v1"),
            let digest = put.response.headers["Docker-Content-Digest"].flatMap({ try? Digest($0) })
        else { return }
        try await setup.protect(tag, digest, in: repository)
    }
}
