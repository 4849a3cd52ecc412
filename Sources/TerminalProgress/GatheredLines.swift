// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Lines on their way to a terminal, a pipe or a file: one that comes alone is written at once, and what comes right
/// behind another one goes together, so late that no person sees it.
package final class GatheredLines: Sendable {
    /// Who writes faster than the other side reads waits from here on.
    private static let limitBytes = 1 << 20

    /// Between two writes, unless somebody waits: waking the writer costs more than a line.
    private static let spacing = DispatchTimeInterval.milliseconds(5)

    private struct Pending {
        var bytes: [UInt8] = []
        /// Before it nothing is written.
        var next = DispatchTime.now()
        /// The queue has been told.
        var isExpected = false
    }

    private let write: @Sendable ([UInt8]) -> Void
    private let pending = Mutex(Pending())
    private let queue = DispatchQueue(label: "stet.lines")

    /// `write` is called by one thread at a time, with whole lines.
    package init(to write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// Takes lines, which keep their order.
    package func add(_ lines: some Sequence<String>) {
        let (time, isFull) = pending.withLock { pending in
            for line in lines {
                pending.bytes.append(contentsOf: line.utf8)
                pending.bytes.append(UInt8(ascii: "\n"))
            }
            defer { pending.isExpected = true }
            return (pending.isExpected ? nil : pending.next, pending.bytes.count >= Self.limitBytes)
        }
        // A time that has passed is at once.
        if let time { queue.asyncAfter(deadline: time) { self.writePending() } }
        if isFull { finish() }
    }

    /// Waits until everything that was taken is written.
    package func finish() {
        queue.sync { writePending() }
    }

    private func writePending() {
        let bytes = pending.withLock { pending in
            defer { pending = Pending(next: .now() + Self.spacing) }
            return pending.bytes
        }
        if !bytes.isEmpty { write(bytes) }
    }
}
