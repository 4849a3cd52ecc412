// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What a registry knows of a tag before a change.
package enum TagState: Hashable, Sendable {
    /// Nobody has ever used the name.
    case free
    /// The tag names this digest.
    case taken(Digest)
    /// The name was used, last for this digest, and deleted.
    case deleted(last: Digest)
}
