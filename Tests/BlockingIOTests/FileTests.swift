// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

@Suite struct FileTests {
    /// A folder of the test's own, removed afterwards.
    private func inFolder(_ body: (FilePath) throws -> Void) throws {
        let folder = FilePath("/tmp/stet-files-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(folder)
    }

    @Test func aPendingFileHasItsNameOnlyAfterTheCommit() throws {
        try inFolder { folder in
            var file = try PendingFile(in: folder)
            try file.write([1, 2, 3])
            #expect(WholeFile.size(folder.appending("x")) == nil)
            try file.commit(as: folder.appending("x"))
            #expect(try WholeFile.read(folder.appending("x")) == [1, 2, 3])
            #expect(try Folder.names(in: folder) == ["x"])
        }
    }

    @Test func aPendingFileReplacesWhatHasItsName() throws {
        try inFolder { folder in
            let name = folder.appending("x")
            try WholeFile.write([1, 2, 3], to: name)
            var file = try PendingFile(in: folder, mode: 0o600)
            try file.write([4])
            try file.commit(as: name, durable: false)
            #expect(try WholeFile.read(name) == [4])
            #expect(try Folder.names(in: folder) == ["x"])
        }
    }

    @Test func aPipeGetsTheBytesAndStays() throws {
        try inFolder { folder in
            let pipe = folder.appending("pipe")
            try #require(mkfifo(pipe.string, 0o600) == 0)
            let reader = open(pipe.string, O_RDWR | O_NONBLOCK | O_CLOEXEC)
            try #require(reader >= 0)
            defer { close(reader) }
            try WholeFile.write([1, 2, 3], to: pipe)
            var bytes = [UInt8](repeating: 0, count: 9)
            #expect(read(reader, &bytes, bytes.count) == 3 && bytes.prefix(3) == [1, 2, 3])
            var status = stat()
            #expect(lstat(pipe.string, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
            #expect(try Folder.names(in: folder) == ["pipe"])
        }
    }

    /// Nobody can make a file in the folder of this one.
    @Test func beforeAStreamNothingIsMadeBesideIt() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let stream = FilePath("/proc/self/fd/\(ends[1])")
        try WholeFile.write([1, 2, 3], to: stream)
        var bytes = [UInt8](repeating: 0, count: 9)
        #expect(read(ends[0], &bytes, bytes.count) == 3 && bytes.prefix(3) == [1, 2, 3])
        var file = try PendingFile(in: UnfinishedPlace(beside: stream, prefix: ".stet-test-").folder)
        try file.write([4])
        try file.commit(as: stream)
        #expect(read(ends[0], &bytes, bytes.count) == 1 && bytes[0] == 4)
    }

    /// As `/dev/stdout` is one when the output goes to a file.
    @Test func aLinkToAStreamOfThisProcessStays() throws {
        try inFolder { folder in
            let (file, link) = (folder.appending("file"), folder.appending("link"))
            try WholeFile.write([1], to: file)
            let descriptor = open(file.string, O_WRONLY | O_CLOEXEC)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            try #require(symlink("/proc/self/fd/\(descriptor)", link.string) == 0)
            try WholeFile.write([2, 3], to: link)
            #expect(try WholeFile.read(file) == [1, 2, 3])
            var status = stat()
            #expect(lstat(link.string, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        }
    }

    /// Which is what a death leaves.
    @Test(.enabled("the file system has files without names") { PendingFile.needsNoName(in: "/tmp") })
    func aPendingFileHasNoNameMeanwhile() throws {
        try inFolder { folder in
            var file = try PendingFile(in: folder)
            try file.write([1])
            #expect(try Folder.names(in: folder).isEmpty)
        }
    }

    @Test func anAbandonedPendingFileLeavesNothing() throws {
        try inFolder { folder in
            do {
                var file = try PendingFile(in: folder)
                try file.write([1])
            }
            #expect(try Folder.names(in: folder).isEmpty)
        }
    }

    @Test func writingReplacesTheWholeContent() throws {
        try inFolder { folder in
            let path = folder.appending("x")
            try WholeFile.write(Array("a longer text".utf8), to: path)
            try WholeFile.write(Array("short".utf8), to: path)
            #expect(try WholeFile.read(path) == Array("short".utf8))
        }
    }

    @Test func moreThanTheLimitIsNotRead() throws {
        try inFolder { folder in
            try WholeFile.write([1, 2, 3], to: folder.appending("x"))
            #expect(throws: FileError("read", folder.appending("x"), .fileTooLarge)) {
                try WholeFile.read(folder.appending("x"), limitBytes: 2)
            }
        }
    }

    @Test func removingAFolderDoesNotFollowLinks() throws {
        try inFolder { folder in
            try Folder.create(folder.appending("a/b/c"))
            try Folder.create(folder.appending("kept"))
            try WholeFile.write([1], to: folder.appending("kept/file"))
            try FileError.wrap("link", folder) {
                _ = try folder.appending("a/b/link").withPlatformString { link in
                    try folder.appending("kept").withPlatformString { target in
                        guard symlink(target, link) == 0 else { throw Errno.current }
                    }
                }
            }
            try Folder.remove(folder.appending("a"))
            #expect(try Folder.names(in: folder) == ["kept"])
            #expect(try Folder.names(in: folder.appending("kept")) == ["file"])
        }
    }

    @Test func namesThatAreNoTextAreListedAndRemoved() throws {
        try inFolder { folder in
            let name: [CChar] = [CChar(bitPattern: 0xFF), 0x61, 0]
            let component = try #require(FilePath.Component(platformString: name))
            try Folder.create(folder.appending("x"))
            let descriptor = folder.appending("x").appending(component).withPlatformString {
                open($0, O_CREAT | O_WRONLY, 0o644)
            }
            #expect(descriptor >= 0)
            close(descriptor)
            #expect(try Folder.components(in: folder.appending("x")) == [component])
            try Folder.remove(folder.appending("x"))
            #expect(try Folder.names(in: folder).isEmpty)
        }
    }

    @Test func aFileInTheWayOfAFolderIsAnError() throws {
        try inFolder { folder in
            try WholeFile.write([], to: folder.appending("x"))
            #expect(throws: FileError.self) { try Folder.create(folder.appending("x")) }
            #expect(throws: FileError.self) { try Folder.create(folder.appending("x/y")) }
        }
    }

    @Test func theErrorSaysWhatAndWhere() {
        #expect {
            try WholeFile.read("/nonexistent/file")
        } throws: { "\($0)" == "cannot open /nonexistent/file: No such file or directory" }
    }

    @Test func aLockIsHeldByOneAtATime() async throws {
        let folder = FilePath("/tmp/stet-lock-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        let counter = folder.appending("counter")
        try WholeFile.write([0], to: counter, durable: false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await BlockingThread.run {
                        for _ in 0..<10 {
                            let lock = try FileLock(folder.appending("lock"))
                            let value = try WholeFile.read(counter)[0]
                            try WholeFile.write([value + 1], to: counter, durable: false)
                            _ = consume lock
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try WholeFile.read(counter) == [160])
    }
}
