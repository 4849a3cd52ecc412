// SPDX-License-Identifier: Apache-2.0

/// The ways of pushing that the suite can speak, each taken down from real clients.
package enum PushFlow: String, CaseIterable, Codable, Sendable {
    /// Docker Engine with its classic store.
    case dockerSchema2 = "docker-schema2"
    /// skopeo, buildah and podman: one PATCH for each blob.
    case ociPatch = "oci-patch"
    /// crane: a look at the tag, then one PATCH for each blob.
    case ociTagFirst = "oci-tag-first"
    /// A client that uploads in ranges.
    case ociChunked = "oci-chunked"
    /// ORAS: POST, and the whole blob in a PUT.
    case ociMonolithic = "oci-monolithic"
    /// The whole blob in the POST.
    case ociSingle = "oci-single"
    /// containerd, when it knows a repository that has the blobs: nothing is uploaded.
    case ociMount = "oci-mount"
    /// BuildKit: an index, its children by digest.
    case ociIndex = "oci-index"
    /// docker manifest push: a list, its children by digest.
    case dockerList = "docker-list"
    /// ORAS with something that is not an image.
    case ociArtifact = "oci-artifact"

    /// One for each form in which clients write manifests.
    static let ofEachForm: [PushFlow] = [
        .ociMonolithic, .ociArtifact, .dockerSchema2, .ociIndex, .dockerList,
    ]

    var pusher: any Pusher {
        switch self {
        case .dockerSchema2: DockerPusher(form: .docker)
        case .ociPatch: PatchPusher(manner: .skopeo)
        case .ociTagFirst: PatchPusher(manner: .crane)
        case .ociChunked: ChunkedPusher()
        case .ociMonolithic: MonolithicPusher(form: .oci, manner: .oras)
        case .ociSingle: SinglePusher()
        case .ociMount: MountPusher()
        case .ociIndex: MonolithicPusher(form: .ociIndex, manner: .buildkit)
        case .dockerList: DockerPusher(form: .dockerList)
        case .ociArtifact: MonolithicPusher(form: .artifact, manner: .oras)
        }
    }
}
