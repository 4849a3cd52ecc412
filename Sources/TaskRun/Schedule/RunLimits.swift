// SPDX-License-Identifier: Apache-2.0

/// What holds for a run as a whole.
package struct RunLimits: Hashable, Sendable {
    /// How many steps are at work at the same time; a detached step counts until its container has started.
    package var jobs = Int.max
    /// For all steps together; nil for no limit but those of the steps.
    package var timeout: Duration?

    package init() {}
}
