// SPDX-License-Identifier: Apache-2.0

/// What a scenario needs to find.
package enum Given: String, CaseIterable, Codable, Sendable {
    /// Repositories whose tags are write-once.
    case immutable
    /// Repositories without a policy.
    case mutable
    /// A way to set policies.
    case governed
}
