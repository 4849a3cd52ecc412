// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Synchronization
package import SystemPackage
package import TaskFile

/// Keeps what steps write in files, one a step, and passes events on to whoever shows them.
///
/// Output comes in as pieces of bytes and goes out as whole, masked lines. Events come from several steps at a
/// time; writing a log blocks the step that wrote, so that a log never runs behind its step.
package final class RunLogs: Sendable {
    /// Holds `STEP.log` for each step that said anything.
    package let folder: FilePath
    private let mask: StreamMask
    private let limitBytes: Int
    private let linesAtOnce: Int
    private let next: @Sendable (RunEvent) -> Void
    private let logs = Mutex<[StepID: LogBox]>([:])

    /// One step's log, with a lock of its own.
    private final class LogBox: Sendable {
        /// nil when it is closed.
        let log: Mutex<StepLog?>

        init(_ log: StepLog) {
            self.log = Mutex(log)
        }
    }

    /// Makes the folder where it is missing.
    ///
    /// `next` takes events as they are to be shown: of each piece of output the last `linesAtOnce` lines. Blocks.
    package init(
        in folder: FilePath, secrets: [String], limitBytes: Int = StepLogFile.limitBytes,
        linesAtOnce: Int = .max, next: @escaping @Sendable (RunEvent) -> Void
    ) throws(FileError) {
        try Folder.create(folder)
        self.folder = folder
        mask = StreamMask(secrets)
        self.limitBytes = limitBytes
        self.linesAtOnce = linesAtOnce
        self.next = next
    }

    /// Takes the next event of the run.
    package func take(_ event: RunEvent) {
        switch event {
        case .step(let id, .wrote(let bytes, let stream)):
            let lines = withLog(of: id) { $0.take(bytes, of: stream, atMost: linesAtOnce) } ?? []
            for line in lines { next(.step(id, .line(line, stream))) }
        case .stepWillRetry(let id, let failure, _):
            finishStreams(of: id)
            note("failed: \(failure.message)", of: id)
            next(event)
        case .stepFinished(let id, let outcome, _):
            finishStreams(of: id)
            if let text = StepText.of(outcome) { note(text, of: id) }
            next(event)
        case .step(let id, let news):
            if let text = StepText.of(news) { note(text, of: id) }
            next(event)
        default: next(event)
        }
    }

    /// Ends all logs.
    ///
    /// - Returns: What there is, by step.
    package func close() -> [StepID: StepLogSummary] {
        logs.withLock { $0 }.compactMapValues { box in
            box.log.withLock { log in
                defer { log = nil }
                return log?.close()
            }
        }
    }

    private func finishStreams(of id: StepID) {
        let box = logs.withLock { $0[id] }
        let rest = box?.log.withLock { $0?.finishStreams() ?? [] } ?? []
        for (stream, line) in rest { next(.step(id, .line(line, stream))) }
    }

    private func note(_ text: String, of id: StepID) {
        withLog(of: id) { $0.note(text) }
    }

    @discardableResult
    private func withLog<Value>(of id: StepID, _ body: (inout StepLog) -> Value) -> Value? {
        let box = logs.withLock { logs in
            if logs[id] == nil, let log = try? StepLog(path(of: id), mask: mask, limitBytes: limitBytes) {
                logs[id] = LogBox(log)
            }
            return logs[id]
        }
        return box?.log.withLock { log in
            guard var open = log else { return nil }
            log = nil
            defer { log = open }
            return body(&open)
        }
    }

    /// A step's id may have any characters: those that a file name cannot have are written in hexadecimal.
    private func path(of id: StepID) -> FilePath {
        let name = id.name.utf8.map { byte in
            let isPlain =
                byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || (0x30...0x39).contains(byte))
            return isPlain || [0x2D, 0x5F].contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + String(Int(byte) + 256, radix: 16).dropFirst()
        }
        return folder.appending("\(name.joined().prefix(200)).log")
    }
}
