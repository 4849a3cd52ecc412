// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization

/// How much a run has sent.
final class Traffic: Sendable {
    private let sent = Mutex((requests: 0, bytes: Int64(0)))

    /// Of bodies; headers are not counted.
    var bytes: Int64 { sent.withLock { $0.bytes } }
    var requests: Int { sent.withLock { $0.requests } }

    func count(_ request: HTTPRequest) {
        let size = request.body?.count ?? 0
        sent.withLock { sent in
            sent.requests += 1
            sent.bytes += size
        }
    }
}
