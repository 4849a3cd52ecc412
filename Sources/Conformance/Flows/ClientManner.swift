// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// How a client behaves around the bytes: what it calls itself, what it asks before it writes, what it accepts.
///
/// Each is what the client of that name sent when its requests were taken down.
struct ClientManner: Sendable {
    /// What a client looks at before it sends a manifest.
    enum Look: Sendable {
        case nothing
        /// HEAD of the manifest's digest, before all else.
        case digestFirst
        /// HEAD of the name under which the manifest goes up, just before it does.
        case nameLast
    }

    /// Begins with the client's own name; ours follows, for the operator who reads a log.
    let agent: String
    /// True when the client asks for `/v2/` first.
    let pings: Bool
    let look: Look
    /// How a blob is asked for, nil for no look at all.
    let blobLooks: Int
    /// The `Accept` of manifests; nil for the type of the one that is pushed and anything else.
    let accept: String?
    /// Sent with every request.
    var headers: HTTPHeaders = HTTPHeaders()

    static let docker = ClientManner(
        agent: "docker/20.10.24", pings: true, look: .nothing, blobLooks: 0, accept: nil)

    static let skopeo = ClientManner(
        agent: "skopeo/1.9.3", pings: true, look: .nothing, blobLooks: 2, accept: nil,
        headers: ["Docker-Distribution-Api-Version": "registry/2.0"])

    static let oras = ClientManner(
        agent: "oras/1.3.0", pings: false, look: .digestFirst, blobLooks: 1,
        accept: (MediaType.manifests.map(\.rawValue) + ["application/vnd.oci.artifact.manifest.v1+json"])
            .joined(separator: ", "))

    static let containerd = ClientManner(
        agent: "containerd/1.6.20", pings: false, look: .nameLast, blobLooks: 1, accept: nil)

    static let buildkit = ClientManner(
        agent: "buildkit/v0.12", pings: false, look: .nameLast, blobLooks: 1, accept: nil)

    /// What no known client but the specification's own text does.
    static let specification = ClientManner(
        agent: "distribution-spec/1.1", pings: false, look: .nothing, blobLooks: 1, accept: nil)

    /// `Accept` when a content of that type is looked for.
    func accept(for mediaType: String) -> HTTPHeaders {
        ["Accept": accept ?? "\(mediaType), */*"]
    }

    /// The wire as this client speaks over it.
    func wire(_ wire: Wire) -> Wire {
        var own = wire
        own.agent = "\(agent) stet-certify"
        own.headers = headers
        return own
    }
}
