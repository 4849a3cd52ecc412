// SPDX-License-Identifier: Apache-2.0

/// What `RUN --mount` asks for, after expansion.
///
/// Source: Dockerfile reference, "RUN --mount".
package struct Mount: Hashable, Sendable {
    package let kind: Kind
    /// Where the command finds it, as it was written: relative to the working folder unless it begins with `/`.
    ///
    /// nil for a secret that is only a variable, and for an agent's socket at its usual place.
    package let target: String?
    package let isReadOnly: Bool

    package enum Kind: Hashable, Sendable {
        /// `from` is a stage, an image or a named context; nil for the build context.
        case bind(from: String?, source: String)
        /// `identity` is the target unless `id` is given; `seed` fills an empty cache.
        case cache(identity: String, sharing: Sharing, seed: Seed?, access: Access)
        /// nil for no limit.
        case tmpfs(sizeBytes: Int64?)
        /// `variable` is the environment variable that takes the secret.
        case secret(identity: String, variable: String?, isRequired: Bool, access: Access)
        case ssh(identity: String, isRequired: Bool, access: Access)
    }

    /// Who may use a cache at the same time.
    package enum Sharing: String, CaseIterable, Sendable {
        case shared
        case `private`
        case locked
    }

    /// What a new cache begins with.
    package struct Seed: Hashable, Sendable {
        /// A stage, an image or a named context.
        package let from: String
        package let source: String

        package init(from: String, source: String) {
            self.from = from
            self.source = source
        }
    }

    /// The mode and the owner of what is mounted.
    package struct Access: Hashable, Sendable {
        package let mode: UInt32
        package let user: UInt32
        package let group: UInt32

        package init(mode: UInt32, user: UInt32, group: UInt32) {
            self.mode = mode
            self.user = user
            self.group = group
        }
    }

    package init(_ kind: Kind, target: String?, isReadOnly: Bool) {
        self.kind = kind
        self.target = target
        self.isReadOnly = isReadOnly
    }
}
