// SPDX-License-Identifier: Apache-2.0

/// The ways of pushing that the suite can speak.
package enum PushFlow: String, CaseIterable, Codable, Sendable {
    case dockerSchema2 = "docker-schema2"
    case ociMonolithic = "oci-monolithic"
    case ociChunked = "oci-chunked"

    var pusher: any Pusher {
        switch self {
        case .dockerSchema2: DockerPusher()
        case .ociMonolithic: MonolithicPusher()
        case .ociChunked: ChunkedPusher()
        }
    }
}
