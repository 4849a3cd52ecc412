// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec

/// Gives the layers of base images the compression that is asked for: `force-compression`.
///
/// Tar streams stay, and diffIDs with them. A layer that has the compression, of whatever level, stays as it is, and so
/// does one that is not for distribution. What came out is remembered as what a step makes is.
///
/// Source: BuildKit, "Output", `force-compression`.
struct Recompression: Sendable {
    let layers: LayerAccess
    let progress: @Sendable (BuildEvent) -> Void

    func apply(to results: [BuildRun.Result]) async throws(BuildError) -> [BuildRun.Result] {
        var results = results
        for index in results.indices {
            let state = results[index].state
            for (place, layer) in state.layers.enumerated() where isOther(layer) {
                let diffID = state.config.rootfs.diffIDs[place]
                results[index].state.layers[place] = try await BuildError.wrapStore {
                    try await recompressed(layer, diffID)
                }
            }
        }
        return results
    }

    private func isOther(_ layer: Descriptor) -> Bool {
        layer.mediaType != layers.compression.mediaType && !layer.mediaType.isNondistributableLayer
    }

    private func recompressed(_ layer: Descriptor, _ diffID: Digest) async throws -> Descriptor {
        let key = key(of: layer)
        if let known = try await layers.find(key)?.layer { return known.descriptor }
        let errand = BuildErrand(.recompressing(layer.digest), layers.compression.name)
        return try await errand.report(to: progress) { _ in
            try await BlockingThread.run { [layers] in
                let packed = try PackedLayer.recompressing(
                    layers.catalog.file(of: layer), expecting: diffID, in: layers.scratch,
                    as: layers.compression)
                let descriptor = try layers.store.store(packed)
                layers.session.remember(
                    StepRecord(layer: StepRecord.Layer(descriptor: descriptor, diffID: diffID)), as: key)
                return descriptor
            }
        }
    }

    private func key(of layer: Descriptor) -> StepKey {
        var (shape, content) = (KeyHasher("recompression 1"), KeyHasher("recompressed layer 1"))
        shape.add(layers.compression.keyText)
        content.add("\(layer.digest)")
        return StepKey(shape: shape.finish(), content: content.finish())
    }
}

extension LayerCompression {
    /// For people.
    fileprivate var name: String {
        switch self {
        case .gzip: "gzip"
        case .zstd: "zstd"
        case .none: "nothing"
        }
    }
}
