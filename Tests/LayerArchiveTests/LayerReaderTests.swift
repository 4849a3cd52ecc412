// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import ScratchFolder
import SystemPackage
import Testing

@Suite struct LayerReaderTests {
    private static func readAll(_ file: FilePath, limits: LayerLimits = .standard) throws -> [LayerEntry] {
        var reader = try LayerReader(file, limits: limits)
        var entries: [LayerEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        _ = try reader.finish()
        return entries
    }

    private static func message(_ body: () throws -> Void) throws -> String {
        "\(try #require(#expect(throws: LayerError.self) { try body() }))"
    }

    @Test(arguments: ["gnu", "pax", "oldgnu", "ustar", "v7"])
    func readsWhatGnuTarWrites(_ format: String) throws {
        let temporary = try ScratchFolder()
        let long = String(repeating: "a", count: 80)
        try temporary.file(FilePath("tree/\(long)"), "content", mode: 0o640)
        try shell(
            """
            cd \(temporary.path)/tree && mkdir sub && ln -s '\(long)' sub/link && ln '\(long)' sub/other
            tar --format=\(format) --sort=name --numeric-owner --owner=7 --group=8 --mtime=@99 -cf ../tree.tar .
            """)
        let entries = try Self.readAll(temporary.path.appending("tree.tar"))
        #expect(entries.map(\.path) == [".", FilePath(long), "sub", "sub/link", "sub/other"])
        #expect(entries[1].kind == .file(size: 7))
        #expect(entries[1].mode == 0o640)
        #expect(entries[3].kind == .symlink(target: long))
        #expect(entries[4].kind == .hardLink(target: FilePath(long)))
        #expect(entries.allSatisfy { $0.uid == 7 && $0.gid == 8 && $0.mtime == 99 })
    }

    @Test(arguments: ["gzip -9", "zstd -q", "xz", "cat", "pax"])
    func readsEveryCompression(_ compressor: String) throws {
        let temporary = try ScratchFolder()
        try temporary.file("tree/file", "content")
        let filter = compressor == "pax" ? "gzip -1" : compressor
        try shell("cd \(temporary.path) && tar -cf - -C tree file | \(filter) > layer")
        #expect(try Self.readAll(temporary.path.appending("layer")).map(\.path) == ["file"])
    }

    @Test func readsNamesBeyond255BytesAndBeyondASCII() throws {
        let temporary = try ScratchFolder()
        let name = String(repeating: "ő/", count: 150) + String(repeating: "ű", count: 100)
        try temporary.file(FilePath("tree/\(name)"), "x")
        for format in ["gnu", "pax"] {
            try shell(
                "tar --format=\(format) -cf \(temporary.path)/layer -C \(temporary.path)/tree '\(name)'")
            #expect(try Self.readAll(temporary.path.appending("layer")).map(\.path) == [FilePath(name)])
        }
    }

    @Test func holesOfASparseFileAreZeros() throws {
        let temporary = try ScratchFolder()
        try shell(
            """
            cd \(temporary.path) && truncate -s 1M sparse && printf end >> sparse
            tar --format=gnu --sparse -cf layer sparse && test $(stat -c %s layer) -lt 100000
            """)
        var reader = try LayerReader(temporary.path.appending("layer"))
        #expect(try reader.next()?.kind == .file(size: 1_048_579))
        var expected = [UInt8](repeating: 0, count: 1 << 20)
        expected += Array("end".utf8)
        #expect(try reader.bytes(limitBytes: 2 << 20) == expected)
    }

    @Test(arguments: [
        ("/etc/passwd", "absolute"), ("../etc/passwd", "\"..\""), ("a/../../b", "\"..\""), ("..", "\"..\""),
        ("./../b", "\"..\""), ("a/.wh...", "whiteout of nothing"), (".wh.", "whiteout of nothing"),
    ])
    func aHostileNameIsRefusedByName(_ name: String, _ reason: String) throws {
        let temporary = try ScratchFolder()
        var tar = RawTar()
        tar.add("good")
        tar.add(name)
        let file = try temporary.file("layer", bytes: tar.finished)
        let message = try Self.message { _ = try Self.readAll(file) }
        #expect(
            message.contains("\"\(FilePath(name))\"") || message.contains("\"\(name)\"")
                || message.contains("\"../b\""))
        #expect(message.contains(reason))
    }

    @Test func aHardLinkOutOfTheRootIsRefused() throws {
        let temporary = try ScratchFolder()
        var tar = RawTar()
        tar.add("link", .hardLink, link: "a/../../etc/passwd")
        let file = try temporary.file("layer", bytes: tar.finished)
        let message = try Self.message { _ = try Self.readAll(file) }
        #expect(message.contains("\"link\""))
        #expect(message.contains("its target"))
    }

    @Test func limitsAreKept() throws {
        let temporary = try ScratchFolder()
        try shell(
            "cd \(temporary.path) && truncate -s 10M zeros && tar -czf bomb zeros && tar --sparse -czf sparse zeros"
        )
        let limits = LayerLimits(bytes: 1 << 20, entries: 10)
        for name in ["bomb", "sparse"] {
            let message = try Self.message {
                _ = try Self.readAll(temporary.path.appending(name), limits: limits)
            }
            #expect(message.contains("more than 1048576 bytes"))
        }
        var tar = RawTar()
        for index in 0..<11 { tar.add("f\(index)") }
        let file = try temporary.file("many", bytes: tar.finished)
        #expect(
            try Self.message { _ = try Self.readAll(file, limits: limits) }.contains("more than 10 entries"))
    }

    @Test func aBombBehindTheLastEntryIsFoundToo() throws {
        let temporary = try ScratchFolder()
        var tar = RawTar()
        tar.add("file")
        let file = try temporary.file("tail", bytes: tar.finished + [UInt8](repeating: 7, count: 3 << 20))
        try shell("gzip \(file)")
        let compressed = temporary.path.appending("tail.gz")
        let limits = LayerLimits(bytes: 1 << 20, entries: 10)
        #expect(
            try Self.message { _ = try Self.readAll(compressed, limits: limits) }.contains("unpacks to more"))
    }

    @Test func aDamagedFileIsNoLayer() throws {
        let temporary = try ScratchFolder()
        let tree = try temporary.file("tree/file", String(repeating: "content ", count: 10_000))
        try shell("tar -czf \(temporary.path)/layer -C \(tree.removingLastComponent()) file")
        let whole = try WholeFile.read(temporary.path.appending("layer"))
        var tar = RawTar()
        tar.add("liar", "short", size: 100_000)
        let damaged: [(String, [UInt8])] = [
            ("cut", Array(whole.dropLast(whole.count / 2))),
            ("noise", (0..<5_000).map { UInt8(truncatingIfNeeded: $0 * 7) }),
            ("liar", tar.finished),
        ]
        for (name, bytes) in damaged {
            let file = try temporary.file(name, bytes: bytes)
            #expect(throws: LayerError.self, "\(name)") { try Self.readAll(file) }
        }
        #expect(throws: LayerError.self) { try Self.readAll("/missing") }
    }

    @Test func aLayerMayLieBehindALink() throws {
        let temporary = try ScratchFolder()
        try temporary.file("tree/file", "content")
        try shell("cd \(temporary.path) && tar -czf layer -C tree file && ln -s layer link")
        #expect(try Self.readAll(temporary.path.appending("link")).map(\.path) == ["file"])
    }

    @Test func aReaderMayBeGivenUpInTheMiddle() throws {
        let temporary = try ScratchFolder()
        try shell("cd \(temporary.path) && truncate -s 30M zeros && tar -cf layer zeros zeros zeros")
        var reader = try LayerReader(temporary.path.appending("layer"))
        #expect(try reader.next()?.path == "zeros")
    }
}
