// SPDX-License-Identifier: Apache-2.0

/// How a copy goes on, and who hears of it.
package struct CopySettings: Sendable {
    /// How many blobs travel at once, at least 1.
    package var jobs = 4
    /// Hears of every event, on any thread; it must not block.
    package var report: @Sendable (TransferEvent) -> Void = { _ in }

    package init() {}

    package init(jobs: Int) {
        self.jobs = jobs
    }
}
