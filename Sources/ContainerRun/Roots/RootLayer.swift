// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// A layer that is to be unpacked.
package struct RootLayer: Hashable, Sendable {
    /// What the image's configuration says that its tar stream hashes to.
    package let diffID: Digest
    /// Where its bytes are, of any compression.
    package let file: FilePath

    package init(diffID: Digest, file: FilePath) {
        self.diffID = diffID
        self.file = file
    }
}
