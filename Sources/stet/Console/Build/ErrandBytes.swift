// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import TerminalProgress

/// The bytes of one errand of a build: how far each content is, and how fast it comes or goes.
struct ErrandBytes {
    private var board = TransferBoard()
    private var file: DownloadRow
    private var hasFile = false

    /// `start`: when the errand began.
    init(since start: Duration) {
        file = DownloadRow(since: start)
    }

    mutating func apply(_ movement: BuildMovement, at now: Duration) {
        switch movement {
        case .content(let event): board.apply(event, at: now)
        case .file(let bytes, let total):
            file.reach(bytes, of: total, at: now)
            hasFile = true
        case .retrying: break
        }
    }

    /// A line for each content that moves.
    var lines: [String] { (hasFile ? [file.text] : []) + board.rows.filter(\.isMoving).map(\.text) }

    /// What has moved in all: `31.2 MB`; nil for nothing.
    var total: String? {
        let bytes = board.movedBytes + (hasFile ? file.speed.bytes : 0)
        return bytes > 0 ? bytes.bytesText : nil
    }
}
