// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What a step leaves behind.
package struct StepProduct: Hashable, Sendable {
    package var images: [OutputImage] = []
    package var dependencies: [ImageDependencies] = []
    /// Of the image that a build made, also one without a name.
    var digest: Digest?
    /// What later steps read by these names.
    package var outputs: [String: String] = [:]

    package init(images: [OutputImage] = [], dependencies: [ImageDependencies] = []) {
        self.images = images
        self.dependencies = dependencies
    }

    mutating func add(_ other: StepProduct) {
        images += other.images
        dependencies += other.dependencies
        digest = other.digest ?? digest
        outputs.merge(other.outputs) { $1 }
    }
}
