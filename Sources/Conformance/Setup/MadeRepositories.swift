// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Synchronization

/// The repositories that a setup has made and will remove.
final class MadeRepositories: Sendable {
    private let names = Mutex<[RepositoryName]>([])

    func contains(_ name: RepositoryName) -> Bool { names.withLock { $0.contains(name) } }

    func append(_ name: RepositoryName) { names.withLock { $0.append(name) } }

    /// Removes all that there are; one that stays does not keep the others.
    ///
    /// - Throws: What stays, and why.
    func removeAll(
        _ remove: (RepositoryName) async throws(SetupError) -> Void
    ) async throws(SetupError) {
        var left: [String] = []
        for name in names.withLock({ $0 }) {
            do throws(SetupError) {
                try await remove(name)
                names.withLock { $0.removeAll { $0 == name } }
            } catch {
                left.append("the repository \(name): \(error)")
            }
        }
        if !left.isEmpty { throw SetupError(left.joined(separator: "; ")) }
    }
}
