// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import TaskRun

/// Does something again whenever a folder changes, until its task is cancelled.
struct RunWatch: Sendable {
    let folder: FilePath

    /// A run that fails is no end: the next change may mend it.
    func repeatedly(_ body: () async throws -> Void) async throws {
        while true {
            try Task.checkCancellation()
            // Changes while the run is on count too.
            let watch = try await CommandFailure.asUsage { try FolderWatch(folder) }
            do {
                try await body()
            } catch let failure as CommandFailure where failure.exitCode != CommandFailure.interrupted {
                if !failure.message.isEmpty { Terminal.error.line("stet: \(failure.message)") }
            }
            Terminal.error.line("watching \(folder): Ctrl-C ends")
            try await watch.change()
        }
    }
}
