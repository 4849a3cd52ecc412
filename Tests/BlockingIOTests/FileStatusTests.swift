// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

@Suite struct FileStatusTests {
    @Test func saysHowLongAFileIsAndWhenItWasWritten() throws {
        let folder = try TemporaryFolder(in: "/tmp", prefix: "stet-status-")
        let file = folder.path.appending("file")
        try WholeFile.write([1, 2, 3], to: file)
        let then = timeval(tv_sec: 1_000_000_000, tv_usec: 0)
        #expect(utimes(file.string, [then, then]) == 0)
        let status = try #require(FileStatus(file))
        #expect(status.size == 3)
        #expect(status.writtenAt == 1_000_000_000)
        #expect(FileStatus(folder.path.appending("none")) == nil)
    }
}
