// SPDX-License-Identifier: Apache-2.0

package import ImageStore
import OCISpec

/// A copy as lines that stay: what is large is told when it is done, and every few seconds on the way.
package struct TransferLog: Sendable {
    /// Between two lines on one content.
    package static let spacing = Duration.seconds(5)
    /// Smaller contents are not told of.
    private static let announcedBytes: Int64 = 1_000_000

    private var board = TransferBoard()
    /// When each content that moves is told of next.
    private var due: [Digest: Duration] = [:]

    package init() {}

    /// The line that an event is worth; times count from any fixed moment.
    package mutating func line(for event: TransferEvent, at time: Duration) -> String? {
        guard let row = board.apply(event, at: time), row.descriptor.size >= Self.announcedBytes else {
            return nil
        }
        let digest = row.descriptor.digest
        switch event {
        case .started: due[digest] = time + Self.spacing
        case .advanced:
            guard let due = due[digest], time >= due else { return nil }
            self.due[digest] = time + Self.spacing
            return row.text
        case .finished, .mounted:
            due[digest] = nil
            return row.text
        case .exists: break
        }
        return nil
    }
}
