// SPDX-License-Identifier: Apache-2.0

/// What happens to a short name that several search registries may have, and no alias settles.
///
/// Source: containers-registries.conf(5), "short-name-mode".
package enum ShortNameMode: String, CaseIterable, Sendable {
    /// Somebody has to say which one is meant.
    case enforcing
    /// The same where somebody can be asked, else like ``disabled``. Nobody is asked here.
    case permissive
    /// The registries are tried in their order.
    case disabled
}
