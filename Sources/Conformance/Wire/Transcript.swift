// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was said in one case, in the order of the answers.
final class Transcript: Sendable {
    private let lines = Mutex<[ExchangeRecord]>([])

    var records: [ExchangeRecord] { lines.withLock { $0 } }

    func append(_ record: ExchangeRecord) {
        lines.withLock { $0.append(record) }
    }
}
