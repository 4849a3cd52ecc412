// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// How a push ended well.
package enum PushOutcome: Hashable, Sendable {
    /// The tag is new, or was moved by a registry that allows it.
    case published(Descriptor)
    /// The tag named this very manifest before.
    case alreadyPublished(Descriptor)

    package var descriptor: Descriptor {
        switch self {
        case .published(let descriptor), .alreadyPublished(let descriptor): descriptor
        }
    }
}
