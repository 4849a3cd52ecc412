// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What decides what a step makes.
///
/// It comes in two parts, so that contents need not be read where no step of that shape was ever seen.
struct StepKey: Hashable, Sendable {
    /// What is known without reading contents: the instruction, names, modes, owners, sizes.
    let shape: ContentHash
    /// The contents that go in; with ``shape`` all that matters.
    let content: ContentHash
}

/// What a step made.
struct StepRecord: Hashable, Sendable, Codable {
    /// nil for a command that changed nothing.
    let layer: Layer?

    struct Layer: Hashable, Sendable, Codable {
        let descriptor: Descriptor
        let diffID: Digest
    }
}
