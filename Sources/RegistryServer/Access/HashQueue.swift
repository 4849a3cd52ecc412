// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization

/// Where the hashing of passwords waits for its turn: on half of the processors, so that a flood of wrong passwords
/// leaves the other half to those who are known.
package final class HashQueue: Sendable {
    /// Too many wait already: this one has to come again.
    package struct Full: Error, Hashable, Sendable {}

    private struct Waiting {
        var total = 0
        var byAddress: [String: Int] = [:]
    }

    private let turnstile: Turnstile
    private let limit: Int
    private let waiting = Mutex(Waiting())

    /// - Parameters:
    ///   - places: So many at the same time; half of the processors unless told.
    ///   - limit: So many may be here at once, and a quarter of them from one address.
    package init(places: Int? = nil, limit: Int = 256) {
        turnstile = Turnstile(places: places ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2)
        self.limit = limit
    }

    /// How many are here: waiting, or at work.
    package var waitingCount: Int { waiting.withLock { $0.total } }

    /// Does blocking work when it has its turn.
    ///
    /// - Throws: ``Full`` at once; what `work` throws.
    package func pass<Value: Sendable>(
        from address: String?, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        guard enter(address) else { throw Full() }
        defer { leave(address) }
        return try await turnstile.pass { try await BlockingThread.run(work) }
    }

    private func enter(_ address: String?) -> Bool {
        waiting.withLock { waiting in
            let mine = waiting.byAddress[address ?? "", default: 0]
            guard waiting.total < limit, mine < max(limit / 4, 1) else { return false }
            waiting.total += 1
            waiting.byAddress[address ?? ""] = mine + 1
            return true
        }
    }

    private func leave(_ address: String?) {
        waiting.withLock { waiting in
            waiting.total -= 1
            let rest = waiting.byAddress[address ?? "", default: 1] - 1
            waiting.byAddress[address ?? ""] = rest == 0 ? nil : rest
        }
    }
}
