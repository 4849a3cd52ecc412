// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The end of what a try writes, for `retryOnErrors` and for `docker logs`.
final class OutputTail: Sendable {
    static let limitBytes = 256 << 10

    private let bytes = Mutex<[UInt8]>([])

    func append(_ piece: [UInt8]) {
        bytes.withLock { bytes in
            bytes += piece
            // Dropped in large steps: each byte is moved once at most.
            if bytes.count > 2 * Self.limitBytes { bytes.removeFirst(bytes.count - Self.limitBytes) }
        }
    }

    var text: String { String(decoding: bytes.withLock { $0.suffix(Self.limitBytes) }, as: UTF8.self) }
}
