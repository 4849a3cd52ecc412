// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A pipe that a program writes to and we read from, as fast as what is read is taken.
struct OutputPipe: Sendable {
    /// Ours; reading from it never waits.
    let reader: OpenFile
    /// The program's: let go of it when the program has its own.
    let writer: OpenFile

    private static let pieceBytes = 64 << 10

    init() throws(ContainerError) {
        var ends: [Int32] = [-1, -1]
        guard stet_pipe(&ends) == 0 else { throw .system(operation: "make a pipe", .current, advice: nil) }
        reader = try OutputPipe.own(ends[0])
        writer = try OutputPipe.own(ends[1])
        _ = fcntl(reader.raw, F_SETFL, O_NONBLOCK)
    }

    /// Above the standard descriptors, which the program's own take the place of.
    private static func own(_ raw: Int32) throws(ContainerError) -> OpenFile {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 3)
        let errno = Errno.current
        close(raw)
        guard copy >= 0 else { throw .system(operation: "make a pipe", errno, advice: nil) }
        return OpenFile(owning: copy)
    }

    /// Takes what comes until nobody can write any more.
    static func drain(_ reader: OpenFile, into take: ([UInt8]) async -> Void) async {
        while true {
            var count = 0
            var errno = Errno.wouldBlock
            let bytes = [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, initialized in
                count = read(reader.raw, buffer.baseAddress, buffer.count)
                if count < 0 { errno = .current }
                initialized = max(count, 0)
            }
            if count > 0 {
                await take(bytes)
            } else if count == 0 {
                return
            } else if errno == .wouldBlock {
                await Readiness.wait(for: reader)
            } else if errno != .interrupted {
                return
            }
        }
    }
}
