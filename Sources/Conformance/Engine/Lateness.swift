// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Tells reads that lag behind pushes from pushes that had no effect: looks again, a few times in a run.
///
/// It mends nothing: whoever is told 201 may pull. But whoever has to mend it wants to know which of the two it is.
final class Lateness: Sendable {
    /// So many findings of a run are looked after, for each may take its seconds.
    private static let limit = 3
    private static let looks = 8
    private static let pause = Duration.milliseconds(300)

    private let used = Mutex(0)

    /// Looks again until a tag shows what it should.
    ///
    /// - Parameters:
    ///   - route: Of the tag.
    ///   - wire: The way of whoever looked first.
    ///   - isRight: Whether it is what the tag should show.
    /// - Returns: A clause for the finding; empty when it never does, and when enough findings were looked after.
    /// - Throws: When no answer came.
    func clause(
        of route: RegistryRoute, over wire: Wire, _ isRight: (Digest) -> Bool
    ) async throws(TransportError) -> String {
        let isSpent = used.withLock { used in
            used += 1
            return used > Lateness.limit
        }
        guard !isSpent else { return "" }
        for look in 1...Lateness.looks {
            await wire.patience.rest(Lateness.pause)
            guard let glance = try await wire.glance(.get, at: route), let digest = glance.digest,
                isRight(digest)
            else { continue }
            let time = Lateness.pause * look
            return "; \(time.milliseconds) ms later it does: what is read lags behind what was pushed"
        }
        return ""
    }
}

extension Duration {
    fileprivate var milliseconds: Int { microseconds / 1000 }
}
