// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ContainerRun
import Synchronization
package import SystemPackage

/// Where `RUN` runs: the unpacked root file systems, and what cache mounts keep.
///
/// Nothing is made, and no runtime looked for, before the first `RUN` that the cache does not know.
package final class CommandRoom: Sendable {
    /// What `RUN --mount=type=cache` keeps.
    let cacheMounts: FilePath
    private let rootFolder: FilePath
    private let roots = Mutex<RootFileSystems?>(nil)

    /// - Parameters:
    ///   - roots: A folder for ``RootFileSystems``.
    ///   - cacheMounts: A folder for cache mounts, such as ``BuildCache/mounts``.
    package init(roots: FilePath, cacheMounts: FilePath) {
        rootFolder = roots
        self.cacheMounts = cacheMounts
    }

    /// Removes the unpacked root file systems that nobody uses, and nobody has used for so long; `isDry` only says
    /// which.
    package func prune(
        unusedFor age: Duration, isDry: Bool = false
    ) async throws -> RootFileSystems.Pruned {
        guard Folder.isFolder(rootFolder) else { return RootFileSystems.Pruned() }
        return try await rootFileSystems().prune(unusedFor: age, isDry: isDry)
    }

    func rootFileSystems() async throws -> RootFileSystems {
        try await BlockingThread.run { [self] in
            try roots.withLock { roots in
                if let roots { return roots }
                let made = try RootFileSystems(rootFolder)
                roots = made
                return made
            }
        }
    }
}
