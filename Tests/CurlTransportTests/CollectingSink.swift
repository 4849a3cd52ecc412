// SPDX-License-Identifier: Apache-2.0

import ImageStore
import Synchronization

/// Keeps what it is given, up to a limit.
final class CollectingSink: BlobSink {
    struct Full: Error {}

    private let limit: Int
    private let content = Mutex([UInt8]())
    private let said = Mutex<[Int64?]>([])

    init(limit: Int = .max) {
        self.limit = limit
    }

    var bytes: [UInt8] { content.withLock { $0 } }

    /// How many bytes each sender has said that there will be.
    var expected: [Int64?] { said.withLock { $0 } }

    func expect(_ count: Int64?) {
        said.withLock { $0.append(count) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try content.withLock { content in
            guard content.count + bytes.count <= limit else { throw Full() }
            content += bytes
        }
    }

    func restart() {
        content.withLock { $0 = [] }
    }
}
