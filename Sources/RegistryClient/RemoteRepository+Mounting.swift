// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// What a registry makes of the wish to mount a blob.
enum MountAnswer {
    /// The blob is in the repository, and no byte has moved.
    case mounted
    /// It has to be uploaded, in the session that the registry has opened, if it has.
    case declined(UploadSession?)
}

extension RemoteRepository {
    /// Another repository of the same registry: blobs can be mounted from there.
    func isNeighbour(of other: RemoteRepository) -> Bool {
        client.registry == other.client.registry && client.origin.hasSameOrigin(as: other.client.origin)
            && name != other.name
    }

    /// Asks the registry to take a blob over from another of its repositories.
    ///
    /// Whatever speaks against it is found out again, and said, by the upload that follows.
    ///
    /// Source: distribution-spec 1.1, "Mounting a blob from another repository".
    func mount(_ digest: Digest, from source: RepositoryName) async throws(RegistryError) -> MountAnswer {
        let url = client.url(.uploads(name)).adding("mount", digest.description)
            .adding("from", source.description)
        let request = HTTPRequest(.post, url)
        let response = try await client.send(request)
        switch response.status {
        case 201: return .mounted
        case 202: return .declined(try UploadSession(response, to: request))
        default: return .declined(nil)
        }
    }
}
