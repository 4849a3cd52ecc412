// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The layer that a step adds.
struct StepLayer: Hashable, Sendable {
    let descriptor: Descriptor
    let diffID: Digest
    /// The cache knew it.
    let isCached: Bool
    /// What the cache knows it by; nil where that does not matter.
    let key: StepKey?

    init(_ layer: StepRecord.Layer, isCached: Bool, key: StepKey? = nil) {
        self.key = key
        descriptor = layer.descriptor
        diffID = layer.diffID
        self.isCached = isCached
    }
}
