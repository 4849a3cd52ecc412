// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// How a layer's tar stream is stored.
package enum LayerCompression: Hashable, Sendable {
    /// ISA-L's gzip, level 1 to 3.
    case gzip(level: Int)
    /// Zstandard, level 1 to 19.
    case zstd(level: Int)
    case none

    /// gzip at level 1, which every registry and runtime reads: the fastest, at the ratio of zlib's level 1.
    package static let standard = LayerCompression.gzip(level: 1)

    package var mediaType: MediaType {
        switch self {
        case .gzip: .ociLayerGzip
        case .zstd: .ociLayerZstd
        case .none: .ociLayer
        }
    }
}
