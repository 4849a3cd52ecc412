// SPDX-License-Identifier: Apache-2.0

import ImageStore

/// A file that comes from a server, of which nothing is known before but what the server says.
package struct DownloadRow: Hashable, Sendable {
    package private(set) var speed: TransferSpeed
    /// nil where the server does not say.
    package private(set) var total: Int64?

    package init(since start: Duration) {
        speed = TransferSpeed(since: start)
    }

    package mutating func reach(_ bytes: Int64, of total: Int64?, at time: Duration) {
        self.total = total
        speed.reach(bytes, .receiving, at: time)
    }

    /// `received 12.3 MB of 50.0 MB, 10.1 MB/s, 4.0 s left`.
    package var text: String { speed.text(of: total) }
}
