// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Logging
import ServiceLifecycle

/// Removes uploads that nobody goes on with, once an hour for as long as the registry runs.
struct Housekeeping: Service {
    let uploads: UploadFolder
    let logger: Logger

    private static let interval: Duration = .seconds(3600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Housekeeping.interval)) != nil { await sweep() }
        }
    }

    private func sweep() async {
        do {
            let uploads = uploads
            _ = try await BlockingThread.run { try uploads.sweep() }
        } catch {
            logger.warning("unfinished uploads cannot be removed: \(error)")
        }
    }
}
