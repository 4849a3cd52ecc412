// SPDX-License-Identifier: Apache-2.0

import ImageStore
import Synchronization

/// Keeps what it is given, up to a limit.
final class CollectingSink: BlobSink {
    struct Full: Error {}

    private let limit: Int
    private let content = Mutex([UInt8]())

    init(limit: Int = .max) {
        self.limit = limit
    }

    var bytes: [UInt8] { content.withLock { $0 } }

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
