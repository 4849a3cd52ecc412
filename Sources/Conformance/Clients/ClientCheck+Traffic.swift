// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization

extension ClientCheck {
    /// What a client may send in its two pushes: some thirty times what they take, for those that convert and retry.
    static let byteLimit = 100_000

    /// What one client sends at most.
    static let estimate = TrafficEstimate(bytes: byteLimit, requests: 40)
}

/// How much somebody may still send, counted as traffic of the run.
final class TrafficAllowance: Sendable {
    private let left: Mutex<Int64>
    private let traffic: Traffic

    init(_ bytes: Int, of traffic: Traffic) {
        left = Mutex(Int64(bytes))
        self.traffic = traffic
    }

    /// - Returns: False for a request that would be too much; then it is not counted.
    func takes(_ request: HTTPRequest) -> Bool {
        let size = request.body?.count ?? 0
        let isAllowed = left.withLock { left in
            guard size <= left else { return false }
            left -= size
            return true
        }
        if isAllowed { traffic.count(request) }
        return isAllowed
    }
}
