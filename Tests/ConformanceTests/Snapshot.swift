// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// Compares text with a file of `Snapshots`; rewrites the file when `UPDATE_SNAPSHOTS` is set.
enum Snapshot {
    static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil

    static func expect(
        _ text: String, matches name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name)")
        if isUpdating { try text.write(to: url, atomically: true, encoding: .utf8) }
        let stored = try String(contentsOf: url, encoding: .utf8)
        #expect(text == stored, "UPDATE_SNAPSHOTS=1 rewrites \(name)", sourceLocation: sourceLocation)
    }

    /// Compares text with what stands between two markers of a file.
    static func expect(
        _ text: String, between marker: String, in url: URL, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (begin, end) = ("<!-- begin: \(marker) -->\n", "<!-- end: \(marker) -->")
        let whole = try String(contentsOf: url, encoding: .utf8)
        let first = try #require(whole.firstRange(of: begin), sourceLocation: sourceLocation)
        let last = try #require(whole.firstRange(of: end), sourceLocation: sourceLocation)
        let stored = whole[first.upperBound..<last.lowerBound]
        let wanted = "\n\(text)\n"
        if isUpdating {
            let updated = whole[..<first.upperBound] + wanted + whole[last.lowerBound...]
            try String(updated).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(stored == wanted, "UPDATE_SNAPSHOTS=1 rewrites \(marker)", sourceLocation: sourceLocation)
        }
    }
}
