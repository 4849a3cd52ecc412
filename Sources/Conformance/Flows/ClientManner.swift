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
        /// HEAD of the name under which the manifest goes up, before all else.
        ///
        /// The client itself sends nothing where it finds its own digest; a flow goes on.
        case nameFirst
        /// HEAD of the name under which the manifest goes up, just before it does.
        case nameLast
    }

    /// Begins with the client's own name; ours follows, for the operator who reads a log.
    let agent: String
    /// True when the client asks for `/v2/` first.
    let pings: Bool
    let look: Look
    /// How often a layer is asked for before it is uploaded.
    let blobLooks: Int
    /// The `Accept` of manifests; nil for the type of what is pushed and anything else, which is said of blobs too.
    let accept: String?
    /// Sent with every request.
    var headers: HTTPHeaders = HTTPHeaders()

    static let docker = ClientManner(
        agent: "docker/20.10.24", pings: true, look: .nothing, blobLooks: 0, accept: manifests)

    static let skopeo = ClientManner(
        agent: "skopeo/1.9.3", pings: true, look: .nothing, blobLooks: 2, accept: manifests,
        headers: ["Docker-Distribution-Api-Version": "registry/2.0"])

    static let crane = ClientManner(
        agent: "crane/0.20.7 go-containerregistry/0.20.7", pings: true, look: .nameFirst, blobLooks: 1,
        accept: [
            ImageForm.dockerSchema1.manifest, "application/vnd.docker.distribution.manifest.v1+prettyjws",
            MediaType.dockerManifest.rawValue, MediaType.ociManifest.rawValue,
            MediaType.dockerManifestList.rawValue, MediaType.ociIndex.rawValue,
        ].joined(separator: ","))

    static let oras = ClientManner(
        agent: "oras/1.3.3", pings: false, look: .digestFirst, blobLooks: 1,
        accept: [
            MediaType.dockerManifest.rawValue, MediaType.dockerManifestList.rawValue,
            MediaType.ociManifest.rawValue, MediaType.ociIndex.rawValue,
            "application/vnd.oci.artifact.manifest.v1+json",
        ].joined(separator: ", "))

    static let containerd = ClientManner(
        agent: "containerd/1.6.20", pings: false, look: .nameLast, blobLooks: 1, accept: nil)

    static let buildkit = ClientManner(
        agent: "buildkit/v0.12", pings: false, look: .nameLast, blobLooks: 1, accept: nil)

    /// What no known client but the specification's own text does.
    static let specification = ClientManner(
        agent: "distribution-spec/1.1", pings: false, look: .nothing, blobLooks: 1, accept: manifests)

    private static let manifests = MediaType.manifests.map(\.rawValue).joined(separator: ", ")

    /// The headers with which a manifest of that type is looked for.
    func looking(forManifest mediaType: String) -> HTTPHeaders {
        ["Accept": accept ?? "\(mediaType), */*"]
    }

    /// The headers with which a blob of that type is looked for.
    func looking(forBlob mediaType: String) -> HTTPHeaders {
        accept == nil ? ["Accept": "\(mediaType), */*"] : HTTPHeaders()
    }

    /// The wire as this client speaks over it.
    func wire(_ wire: Wire) -> Wire {
        var own = wire
        own.agent = "\(agent) stet-certify"
        own.headers = headers
        return own
    }
}
