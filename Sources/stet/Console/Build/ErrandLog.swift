// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import TerminalProgress

/// The lines that stay of one errand's bytes: each larger content when it is done, and now and then on the way.
struct ErrandLog {
    private var contents: TransferLog
    private var file: DownloadRow
    private var fileIsDue: Duration

    /// `start`: when the errand began.
    init(since start: Duration) {
        contents = TransferLog()
        file = DownloadRow(since: start)
        fileIsDue = start + TransferLog.spacing
    }

    mutating func lines(for movement: BuildMovement, at now: Duration) -> [String] {
        switch movement {
        case .content(let event): return contents.line(for: event, at: now).map { [$0] } ?? []
        case .retrying(let reason): return ["\(reason); trying again"]
        case .file(let bytes, let total):
            file.reach(bytes, of: total, at: now)
            guard now >= fileIsDue else { return [] }
            fileIsDue = now + TransferLog.spacing
            return [file.text]
        }
    }
}
