// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The name of a stack of layers: that of the stack below, and the diffID on top.
///
/// Source: image-spec 1.1, config.md, "Layer ChainID".
struct ChainID: Hashable, Sendable {
    let digest: Digest

    /// `parent` is nil for the first layer.
    init(_ diffID: Digest, on parent: ChainID?) {
        guard let parent else {
            digest = diffID
            return
        }
        digest = Digest(of: Array("\(parent.digest) \(diffID)".utf8), algorithm: .sha256)
    }

    /// Of an image's layers, the base layer first: one for each prefix.
    static func all(of diffIDs: [Digest]) -> [ChainID] {
        var chain: [ChainID] = []
        for diffID in diffIDs { chain.append(ChainID(diffID, on: chain.last)) }
        return chain
    }
}
