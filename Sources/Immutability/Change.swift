// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What somebody wants to do with a tag.
package enum Change: Hashable, Sendable {
    /// Make the tag name this digest.
    case push(Digest)
    /// Delete the tag, or the manifest that it leads to.
    case delete
}
