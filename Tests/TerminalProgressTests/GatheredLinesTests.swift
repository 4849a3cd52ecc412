// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import TerminalProgress
import Testing

/// Lines that are written together only when they come faster than they can be written.
@Suite struct GatheredLinesTests {
    /// Keeps what is written, and stands still at the first write for as long as a test wants.
    private final class Paper: Sendable {
        let writes = Mutex<[String]>([])
        private let begun = DispatchSemaphore(value: 0)
        private let released = DispatchSemaphore(value: 0)
        private let isSlow: Bool

        init(isSlow: Bool) {
            self.isSlow = isSlow
        }

        func write(_ bytes: [UInt8]) {
            let isFirst = writes.withLock { writes in
                writes.append(String(decoding: bytes, as: UTF8.self))
                return writes.count == 1
            }
            guard isSlow, isFirst else { return }
            begun.signal()
            released.wait()
        }

        func waitUntilBegun() { begun.wait() }
        func release() { released.signal() }
    }

    @Test func aLineThatComesAloneIsWrittenAtOnce() {
        let paper = Paper(isSlow: true)
        let lines = GatheredLines { paper.write($0) }
        lines.add(["one"])
        // Nobody has asked for it to be written.
        paper.waitUntilBegun()
        #expect(paper.writes.withLock { $0 } == ["one\n"])
        paper.release()
        lines.finish()
    }

    @Test func whatComesWhileALineIsWrittenGoesTogetherInItsOrder() {
        let paper = Paper(isSlow: true)
        let lines = GatheredLines { paper.write($0) }
        lines.add(["0"])
        paper.waitUntilBegun()
        for number in 1..<1000 { lines.add(["\(number)"]) }
        paper.release()
        lines.finish()
        let writes = paper.writes.withLock { $0 }
        #expect(writes.count == 2)
        #expect(writes.joined() == (0..<1000).map { "\($0)\n" }.joined())
    }

    @Test func everythingIsWrittenAtTheEnd() async {
        let paper = Paper(isSlow: false)
        let lines = GatheredLines { paper.write($0) }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask { for number in 0..<500 { lines.add(["\(writer) \(number)", ""]) } }
            }
        }
        lines.finish()
        let all = paper.writes.withLock { $0.joined() }.split(separator: "\n").map(String.init)
        #expect(all.count == 2000)
        for writer in 0..<4 {
            #expect(all.filter { $0.hasPrefix("\(writer) ") } == (0..<500).map { "\(writer) \($0)" })
        }
    }

    @Test func whoWritesTooFastWaits() {
        let written = Mutex(0)
        let lines = GatheredLines { bytes in written.withLock { $0 = max($0, bytes.count) } }
        let line = String(repeating: "x", count: 1023)
        for _ in 0..<10_000 { lines.add([line]) }
        lines.finish()
        #expect(written.withLock { $0 } <= 2 << 20)
    }
}
