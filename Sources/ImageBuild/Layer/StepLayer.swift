// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The layer that a step adds.
struct StepLayer: Hashable, Sendable {
    let descriptor: Descriptor
    let diffID: Digest
    /// The cache knew it.
    let isCached: Bool

    init(_ layer: StepRecord.Layer, isCached: Bool) {
        descriptor = layer.descriptor
        diffID = layer.diffID
        self.isCached = isCached
    }
}
