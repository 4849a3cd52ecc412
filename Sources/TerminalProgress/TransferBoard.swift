// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec

/// What is known of the contents of a copy: a row each, in the order in which they began.
///
/// Times count from any fixed moment; the owner of the board has the clock.
package struct TransferBoard: Sendable {
    package private(set) var rows: [TransferRow] = []
    private var places: [Digest: Int] = [:]

    package init() {}

    /// The bytes that have come or gone, of all contents together.
    package var movedBytes: Int64 { rows.reduce(0) { $0 + $1.movedBytes } }

    /// Takes an event.
    ///
    /// - Returns: The row as it is now; nil when this is news of a content that never began.
    @discardableResult
    package mutating func apply(_ event: TransferEvent, at time: Duration) -> TransferRow? {
        let descriptor = event.descriptor
        switch event {
        case .started: put(TransferRow(descriptor, .moving(TransferSpeed(since: time))))
        case .mounted(_, let repository): put(TransferRow(descriptor, .mounted(from: repository)))
        case .exists: put(TransferRow(descriptor, .exists))
        case .advanced(_, let phase, let bytes):
            update(descriptor.digest) { $0.advance(phase, to: bytes, at: time) }
        case .finished: update(descriptor.digest) { $0.finish(at: time) }
        }
        return places[descriptor.digest].map { rows[$0] }
    }

    private mutating func put(_ row: TransferRow) {
        if let place = places[row.descriptor.digest] {
            rows[place] = row
        } else {
            places[row.descriptor.digest] = rows.count
            rows.append(row)
        }
    }

    private mutating func update(_ digest: Digest, _ change: (inout TransferRow) -> Void) {
        if let place = places[digest] { change(&rows[place]) }
    }
}

/// One content of a copy.
package struct TransferRow: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case moving(TransferSpeed)
        case finished(after: Duration)
        case mounted(from: RepositoryName)
        case exists
    }

    package let descriptor: Descriptor
    package private(set) var state: State

    init(_ descriptor: Descriptor, _ state: State) {
        self.descriptor = descriptor
        self.state = state
    }

    package var isMoving: Bool {
        if case .moving = state { true } else { false }
    }

    fileprivate var movedBytes: Int64 {
        switch state {
        case .moving(let speed): speed.bytes
        case .finished: descriptor.size
        case .mounted, .exists: 0
        }
    }

    fileprivate mutating func advance(_ phase: TransferPhase, to bytes: Int64, at time: Duration) {
        guard case .moving(var speed) = state else { return }
        speed.reach(bytes, phase, at: time)
        state = .moving(speed)
    }

    fileprivate mutating func finish(at time: Duration) {
        guard case .moving(let speed) = state else { return }
        state = .finished(after: time - speed.start)
    }
}
