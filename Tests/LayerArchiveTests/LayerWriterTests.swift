// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct LayerWriterTests {
    private static let longName = FilePath(String(repeating: "long-folder-name/", count: 20) + "file")
    private static let compressions: [LayerCompression] = [
        .gzip(level: 1), .gzip(level: 2), .gzip(level: 3), .zstd(level: 3), .none,
    ]

    /// One of everything, parents first.
    private static func entries() -> [(LayerEntry, LayerContent)] {
        var owned = LayerEntry("etc/owned", .file(size: 5), mode: 0o4755)
        (owned.uid, owned.gid, owned.mtime) = (3_000_000, 4_294_967_294, 1_700_000_000)
        owned.xattrs = ["user.note": Array("hé\0llo".utf8), "security.capability": [1, 0, 0, 2, 0, 4, 0, 0]]
        var past = LayerEntry("past", .file(size: 0), mode: 0)
        past.mtime = -86_400
        return [
            (LayerEntry("etc", .directory, mode: 0o755), .bytes([])),
            (LayerEntry("etc/empty", .directory, mode: 0o1777), .bytes([])),
            (owned, .bytes(Array("hello".utf8))),
            (LayerEntry("etc/Főtanúsítvány.pem", .file(size: 0), mode: 0o644), .bytes([])),
            (LayerEntry("link", .symlink(target: "etc//owned/../ő"), mode: 0o777), .bytes([])),
            (LayerEntry("hard", .hardLink(target: "etc/owned"), mode: 0o4755), .bytes([])),
            (LayerEntry("pipe", .fifo, mode: 0o600), .bytes([])),
            (LayerEntry("null", .characterDevice(major: 1, minor: 3), mode: 0o666), .bytes([])),
            (LayerEntry("disk", .blockDevice(major: 259, minor: 70_000), mode: 0o660), .bytes([])),
            (LayerEntry(longName, .file(size: 3), mode: 0o644), .bytes([1, 2, 3])),
            (past, .bytes([])),
            (.whiteout(of: "gone/file"), .bytes([])),
            (.opaque("covered"), .bytes([])),
        ]
    }

    private static func write(
        _ entries: [(LayerEntry, LayerContent)], in folder: FilePath,
        _ compression: LayerCompression = .standard
    ) throws -> PackedLayer {
        let writer = try LayerWriter(in: folder, compression: compression)
        for (entry, content) in entries { try writer.append(entry, content: content) }
        return try writer.finish()
    }

    @Test(arguments: compressions)
    func whatIsWrittenIsReadBack(_ compression: LayerCompression) throws {
        let temporary = try ScratchFolder()
        let layer = try Self.write(Self.entries(), in: temporary.path, compression)
        var reader = try LayerReader(layer.file)
        for (expected, content) in Self.entries() {
            let entry = try #require(try reader.next())
            var wanted = expected
            if case .hardLink = expected.kind { wanted.xattrs = entry.xattrs }
            #expect(entry == wanted)
            #expect(try content == .bytes(reader.bytes(limitBytes: 100)))
        }
        #expect(try reader.next() == nil)
        #expect(try reader.finish() == layer.diffID)
    }

    @Test(arguments: compressions)
    func theDescriptorNamesTheFileAndTheDiffIDTheTarStream(_ compression: LayerCompression) throws {
        let temporary = try ScratchFolder()
        let layer = try Self.write(Self.entries(), in: temporary.path, compression)
        let bytes = try WholeFile.read(layer.file)
        #expect(layer.descriptor == Descriptor(mediaType: compression.mediaType, of: bytes))
        let command =
            [MediaType.ociLayerGzip: "gzip -dc", .ociLayerZstd: "zstd -dc"][compression.mediaType] ?? "cat"
        let hash = try shell("\(command) < \(layer.file) | sha256sum | cut -d' ' -f1 | tr -d '\\n'")
        #expect(layer.diffID.description == "sha256:" + hash)
        #expect(try shell("\(command) < \(layer.file) | wc -c | tr -d '\\n'") == "\(layer.uncompressedSize)")
    }

    @Test func gnuTarSeesTheSameEntries() throws {
        let temporary = try ScratchFolder()
        let layer = try Self.write(Self.entries(), in: temporary.path)
        let listing = try shell(
            "TZ=UTC LC_ALL=C.UTF-8 tar --numeric-owner --full-time --xattrs --quoting-style=literal -tvzf \(layer.file)"
        )
        let rows = listing.split(separator: "\n").filter { !$0.hasPrefix("  ") }.map { row in
            row.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        let zero = "1970-01-01 00:00:00"
        #expect(
            rows == [
                "drwxr-xr-x 0/0 0 \(zero) etc/",
                "drwxrwxrwt 0/0 0 \(zero) etc/empty/",
                "-rwsr-xr-x* 3000000/4294967294 5 2023-11-14 22:13:20 etc/owned",
                "-rw-r--r-- 0/0 0 \(zero) etc/Főtanúsítvány.pem",
                "lrwxrwxrwx 0/0 0 \(zero) link -> etc//owned/../ő",
                "hrwsr-xr-x 0/0 0 \(zero) hard link to etc/owned",
                "prw------- 0/0 0 \(zero) pipe",
                "crw-rw-rw- 0/0 1,3 \(zero) null",
                "brw-rw---- 0/0 259,70000 \(zero) disk",
                "-rw-r--r-- 0/0 3 \(zero) \(Self.longName)",
                "---------- 0/0 0 1969-12-31 00:00:00 past",
                "-rw-r--r-- 0/0 0 \(zero) gone/.wh.file",
                "-rw-r--r-- 0/0 0 \(zero) covered/.wh..wh..opq",
            ])
    }

    @Test func theSameEntriesGiveTheSameBytes() throws {
        let temporary = try ScratchFolder()
        for compression in Self.compressions {
            let first = try Self.write(Self.entries(), in: temporary.path, compression)
            let second = try Self.write(Self.entries(), in: temporary.path, compression)
            #expect(first.descriptor == second.descriptor)
            #expect(first.diffID == second.diffID)
            #expect(first.file != second.file)
        }
    }

    /// A change of this digest makes every image that is built again a new one.
    @Test func theBytesOfALayerAreForEver() throws {
        let temporary = try ScratchFolder()
        let layer = try Self.write(Self.entries(), in: temporary.path, .none)
        #expect(
            layer.diffID.description
                == "sha256:67fb86d9457d2abeae40472552b5940d5754c169ec317910a5954d47e5041029")
    }

    @Test func anEmptyLayerIsTwoEmptyBlocks() throws {
        let temporary = try ScratchFolder()
        let layer = try Self.write([], in: temporary.path, .none)
        #expect(try WholeFile.read(layer.file) == [UInt8](repeating: 0, count: 1024))
        var reader = try LayerReader(layer.file)
        #expect(try reader.next() == nil)
    }

    @Test(arguments: compressions)
    func contentOfSeveralChunksComesBackWhole(_ compression: LayerCompression) throws {
        let temporary = try ScratchFolder()
        var state: UInt64 = 42
        let bytes = (0..<700_001).map { index -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 56) : UInt8(truncatingIfNeeded: index)
        }
        let file = try temporary.file("big", bytes: bytes)
        let entry = LayerEntry("big", .file(size: Int64(bytes.count)), mode: 0o644)
        let fromFile = try Self.write([(entry, .file(file))], in: temporary.path, compression)
        let fromMemory = try Self.write([(entry, .bytes(bytes))], in: temporary.path, compression)
        #expect(fromFile.descriptor == fromMemory.descriptor)
        var reader = try LayerReader(fromFile.file)
        _ = try reader.next()
        #expect(try reader.bytes(limitBytes: bytes.count) == bytes)
    }

    @Test(arguments: [
        ("/etc/passwd", "absolute"), ("../x", "\"..\""), ("a/../../x", "\"..\""), ("", "empty"),
        ("a/.wh.", "whiteout of nothing"), ("a/.wh...", "whiteout of nothing"),
    ])
    func aNameThatLeavesTheRootIsRefused(_ name: String, _ reason: String) throws {
        let temporary = try ScratchFolder()
        let error = #expect(throws: LayerError.self) {
            try Self.write(
                [(LayerEntry(FilePath(name), .file(size: 0), mode: 0), .bytes([]))], in: temporary.path)
        }
        #expect("\(try #require(error))".contains(reason))
    }

    /// Also where they look alike: an é that is one character, and one that is two.
    @Test func namesOfAllCharactersKeepTheirBytes() throws {
        let temporary = try ScratchFolder()
        let long = String(repeating: "long", count: 40)
        var entries: [(LayerEntry, LayerContent)] = []
        for name in [
            "\u{E9}", "e\u{301}", "\u{212B}", "\u{C5}", "A\u{30A}", "日本", "\(long)e\u{301}", "\(long)\u{E9}",
        ] {
            let path = FilePath(name)
            entries += [
                (LayerEntry(path, .file(size: 0), mode: 0o644), .bytes([])),
                (LayerEntry(FilePath("h-\(name)"), .hardLink(target: path), mode: 0o644), .bytes([])),
                (LayerEntry(FilePath("s-\(name)"), .symlink(target: path.nameText), mode: 0o777), .bytes([])),
            ]
        }
        let layer = try Self.write(entries, in: temporary.path)
        var reader = try LayerReader(layer.file)
        for (entry, _) in entries { #expect(try reader.next() == entry) }
        #expect(try reader.next() == nil)
    }

    @Test func namesThatAreNotUTF8KeepTheirBytes() throws {
        let temporary = try ScratchFolder()
        let name = FilePath(platformString: [0x61, CChar(bitPattern: 0xFF), 0])
        let entries: [(LayerEntry, LayerContent)] = [
            (LayerEntry(name, .file(size: 1), mode: 0o644), .bytes([0x41])),
            (LayerEntry("hard", .hardLink(target: name), mode: 0o644), .bytes([])),
            (LayerEntry("soft", .symlink(target: name.nameText), mode: 0o777), .bytes([])),
            (LayerEntry("é", .file(size: 0), mode: 0o644), .bytes([])),
        ]
        let layer = try Self.write(entries, in: temporary.path)
        var reader = try LayerReader(layer.file)
        for (entry, _) in entries { #expect(try reader.next() == entry) }
        let names = try shell(
            """
            python3 -c 'import sys, tarfile
            for entry in tarfile.open(sys.argv[1]): print(ascii(entry.name), ascii(entry.linkname))' \(layer.file)
            """)
        #expect(
            names == #"""
                'a\udcff' ''
                'hard' 'a\udcff'
                'soft' 'a\udcff'
                '\xe9' ''

                """#)
    }

    @Test func contentThatIsNotWhatTheEntrySaysIsRefusedAndLeavesNoFile() throws {
        let temporary = try ScratchFolder()
        let output = try temporary.folder("out")
        let file = try temporary.file("file", "four")
        try shell("ln -s file \(temporary.path)/link")
        let entry = LayerEntry("x", .file(size: 5), mode: 0o644)
        for content in [
            LayerContent.bytes([1]), .file(file), .file(temporary.path.appending("link")), .file("/missing"),
        ] {
            #expect(throws: LayerError.self) { try Self.write([(entry, content)], in: output) }
        }
        #expect(try Folder.names(in: output) == [])
    }

    @Test func aWriterThatIsGivenUpLeavesNoFile() throws {
        let temporary = try ScratchFolder()
        do {
            let writer = try LayerWriter(in: temporary.path)
            try writer.append(LayerEntry("x", .file(size: 1), mode: 0o644), content: .bytes([1]))
        }
        #expect(try Folder.names(in: temporary.path) == [])
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let error = #expect(throws: LayerError.self) { try Self.write(Self.entries(), in: "/missing/folder") }
        #expect("\(try #require(error))".contains("/missing/folder"))
    }

    @Test(arguments: [LayerCompression.gzip(level: 0), .gzip(level: 4), .zstd(level: 0), .zstd(level: 23)])
    func aLevelThatDoesNotExistIsRefused(_ compression: LayerCompression) throws {
        let temporary = try ScratchFolder()
        #expect(throws: LayerError.self) { try Self.write(Self.entries(), in: temporary.path, compression) }
        #expect(try Folder.names(in: temporary.path) == [])
    }
}
