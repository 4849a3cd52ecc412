// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// What a record says of the log of a step.
package struct StepLogSummary: Hashable, Sendable, Codable {
    /// The name of the file in the folder of the run's logs.
    package let file: String
    /// What the step wrote, before anything was left out.
    package let bytes: Int
    /// What is left out in the middle.
    package let omittedBytes: Int
}

/// The log of a step while it is written: masked, on disk, and as lines for whoever watches.
struct StepLog: Sendable {
    private var file: StepLogFile
    private var masks: [OutputStream: StreamMask] = [:]
    private var lines: [OutputStream: LineSplitter] = [:]
    private let mask: StreamMask
    /// True when the last line has no end yet.
    private var isInLine = false
    /// Why the log cannot be written any more; the step goes on without.
    private(set) var failure: FileError?

    init(_ path: FilePath, mask: StreamMask, limitBytes: Int) throws(FileError) {
        file = try StepLogFile(path, limitBytes: limitBytes)
        self.mask = mask
    }

    /// Takes what the step wrote.
    ///
    /// - Returns: The lines that are whole now, masked; the last ones when there are more than `limit`.
    mutating func take(
        _ bytes: [UInt8], of stream: OutputStream, atMost limit: Int
    ) -> [String] {
        let shown = masks[stream, default: mask].take(bytes)
        write(shown)
        return lines[stream, default: LineSplitter()].take(shown, atMost: limit)
    }

    /// Takes a line that stet itself says of the step.
    mutating func note(_ text: String) {
        var mask = mask
        let line = mask.take(Array((text + "\n").utf8)) + mask.finish()
        write(isInLine ? [0x0A] + line : line)
    }

    /// Ends the streams, for a try that is over.
    ///
    /// - Returns: What was left of lines.
    mutating func finishStreams() -> [(OutputStream, String)] {
        var rest: [(OutputStream, String)] = []
        for stream in [OutputStream.output, .error] {
            let bytes = masks[stream]?.finish() ?? []
            write(bytes)
            var splitter = lines[stream] ?? LineSplitter()
            rest += (splitter.take(bytes) + splitter.finish()).map { (stream, $0) }
        }
        masks = [:]
        lines = [:]
        return rest
    }

    mutating func close() -> StepLogSummary {
        do {
            try file.close()
        } catch {
            failure = failure ?? error
        }
        return StepLogSummary(
            file: file.path.lastComponent?.string ?? "", bytes: file.totalBytes,
            omittedBytes: file.omittedBytes)
    }

    private mutating func write(_ bytes: [UInt8]) {
        guard failure == nil, let last = bytes.last else { return }
        isInLine = last != 0x0A
        do {
            try file.append(bytes)
        } catch {
            failure = error
        }
    }
}
