// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Foundation
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

@Suite struct AddTests {
    private var entries: [(LayerEntry, String)] {
        var owned = LayerEntry.file("d/run", "R", mode: 0o4755)
        (owned.0.uid, owned.0.gid, owned.0.mtime) = (3, 4, 1_000_000)
        return [
            LayerEntry.folder("d", mode: 0o700), owned,
            (LayerEntry("d/same", .hardLink(target: "d/run"), mode: 0o4755), ""),
            LayerEntry.link("d/link", to: "run"), (LayerEntry("pipe", .fifo, mode: 0o644), ""),
        ]
    }

    private static let unpacked = [
        "x folder 755 0:0", "x/d folder 700 0:0", "x/d/link link run", "x/d/run file 4755 3:4 @1000000 R",
        "x/d/same same as x/d/run", "x/pipe fifo 644 0:0",
    ]

    @Test(arguments: [LayerCompression.none, .standard, .zstd(level: 3)])
    func archivesAreUnpackedAsTheyAre(compression: LayerCompression) async throws {
        let fixture = try BuildFixture().archive("pack.txt", entries, compression: compression)
        let image = try await fixture.build("FROM scratch\nADD pack.txt /x")
        #expect(try await fixture.entries(image) == Self.unpacked)
    }

    /// `tar c f` with bzip2 and xz: a file `f` of mode 644 with the content `F`.
    @Test(arguments: [
        "QlpoOTFBWSZTWZZCnhoAAHXfkMmAYABthAEAAADhAB4ABAAACCAAVDRCehBj1EPQRKhoAAB9dzLK0Q2oKJnOqVwzxvtESDCZRaoKYFUEfDyMFmV1H+vnd2REA2LuSKcKEhLIU8NA",
        "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AFldADMAM1AYaImDAdzibiEFRld82HMHMqqoNJJbxdRRamZSwU0vs7CpJ/7VLKsJMlrKpZrjiFw8L9MrPaqkgu5YYvLDFAbCxnvN6YiRqcARnY0s2+8ab9mJe6MAAAAAAHH9yxXWjvLRAAF1gFAAAACf91HiscRn+wIAAAAABFla",
    ])
    func archivesOfOtherCompressionsAreUnpackedToo(base64: String) async throws {
        let bytes = try #require(Data(base64Encoded: base64))
        let fixture = try BuildFixture().bytes("pack", Array(bytes))
        let image = try await fixture.build("FROM scratch\nADD pack /")
        #expect(try await fixture.entries(image) == ["f file 644 0:0 F"])
    }

    @Test func attributesThatMeanSomethingAnywhereAreKept() async throws {
        var (entry, text) = LayerEntry.file("f", "F")
        entry.xattrs = ["user.note": [1], "security.capability": [2], "security.selinux": [3]]
        let fixture = try BuildFixture().archive("p", [(entry, text)])
        let image = try await fixture.build("FROM scratch\nADD p /")
        let layer = try #require(try await fixture.manifest(image).layers.last)
        var reader = try LayerReader(fixture.store.path(of: layer.digest))
        #expect(try reader.next()?.xattrs == ["user.note": [1], "security.capability": [2]])
    }

    @Test func chownIsForEverythingInAnArchive() async throws {
        let fixture = try BuildFixture().archive("p", [LayerEntry.folder("d"), LayerEntry.file("d/a", "A")])
        let image = try await fixture.build("FROM scratch\nADD --chown=7:8 --chmod=600 p /")
        #expect(try await fixture.entries(image) == ["d folder 755 7:8", "d/a file 644 7:8 A"])
    }

    @Test func anArchiveThatTheCacheKnowsGivesTheSameAndIsReadForALayerThatIsGone() async throws {
        let fixture = try BuildFixture().archive(
            "p",
            [
                LayerEntry.folder("d"), LayerEntry.file("d/a", "A"), LayerEntry.file("b", ""),
                (LayerEntry("c", .hardLink(target: "b"), mode: 0o644), ""),
            ])
        let text = "FROM scratch\nADD p /x"
        let first = try await fixture.cachedBuild(text).image
        // What is in an archive is remembered once it has rested; until then it is read anew.
        while !Folder.isFolder(fixture.cache.folder.appending("archives")) {
            #expect(try await fixture.cachedBuild(text) { $0.caching.isRead = false }.image == first)
        }
        let known = try await fixture.cachedBuild(text)
        #expect(known.image == first && known.log.cached == ["ADD p /x"])
        let layer = try await fixture.manifest(first).layers[0]
        try Folder.remove(fixture.store.path(of: layer.digest))
        let again = try await fixture.cachedBuild(text)
        #expect(again.image == first && again.log.done == ["ADD p /x"])
        #expect(try await fixture.store.check().isEmpty)
        try fixture.archive("p", [LayerEntry.file("d/a", "other")])
        #expect(
            try await fixture.entries(fixture.cachedBuild(text).image) == [
                "x folder 755 0:0", "x/d folder 755 0:0", "x/d/a file 644 0:0 other",
            ])
    }

    @Test func aFileThatAnArchiveHasTwiceIsTheLastOne() async throws {
        let fixture = try BuildFixture().archive(
            "p", [LayerEntry.file("a", "1"), LayerEntry.file("a", "22")])
        for _ in 0..<2 {
            let image = try await fixture.cachedBuild("FROM scratch\nADD p /").image
            #expect(try await fixture.entries(image) == ["a file 644 0:0 22"])
        }
    }

    @Test(arguments: ["--unpack=false", "COPY"])
    func archivesStayPackedWhereThatIsWanted(how: String) async throws {
        let fixture = try BuildFixture().archive("p", [LayerEntry.file("a", "A")])
        let image = try await fixture.build("FROM scratch\n\(how == "COPY" ? "COPY" : "ADD \(how)") p /")
        #expect(try await fixture.entries(image).map { $0.split(separator: " ")[0] } == ["p"])
    }

    @Test func whatOnlyLooksLikeAnArchiveIsCopied() async throws {
        let fixture = try BuildFixture().bytes("a.tgz", [0x1F, 0x8B, 0x08, 0x00]).bytes(
            "b.zip", [0x50, 0x4B, 3, 4]
        )
        .bytes("c.tar", [UInt8](repeating: 0, count: 1024)).file("d.tar.gz", "text")
        let image = try await fixture.build("FROM scratch\nADD *.* /x/")
        #expect(
            try await fixture.entries(image).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
                == ["x folder", "x/a.tgz file", "x/b.zip file", "x/c.tar file", "x/d.tar.gz file"])
    }

    @Test func anArchiveGoesThroughTheLinksOfTheBase() async throws {
        let fixture = try BuildFixture().archive(
            "p", [LayerEntry.file("bin/a", "A"), LayerEntry.file("old/b", "B"), LayerEntry.file("f", "F")])
        try await fixture.addImage(
            "base",
            layers: [
                [
                    LayerEntry.folder("usr/bin"), LayerEntry.link("bin", to: "usr/bin"),
                    LayerEntry.folder("f"), LayerEntry.file("f/inside", "I"),
                    LayerEntry.link("old", to: "/../../new"),
                ]
            ])
        let image = try await fixture.build("FROM base\nADD p /")
        #expect(
            try await fixture.entries(image) == [
                "f file 644 0:0 F", "new folder 755 0:0", "new/b file 644 0:0 B", "usr/bin/a file 644 0:0 A",
            ])
    }

    /// As with BuildKit, for which the folder is the root of the archive.
    @Test func noLinkLeadsOutOfTheFolderThatAnArchiveIsUnpackedIn() async throws {
        let fixture = try BuildFixture().archive(
            "p",
            [
                LayerEntry.link("l", to: "/etc"), LayerEntry.file("l/pw", "1"),
                LayerEntry.link("up", to: "../../etc"), LayerEntry.file("up/group", "2"),
                (LayerEntry("same", .hardLink(target: "l/pw"), mode: 0o644), ""),
            ])
        try await fixture.addImage("base", layers: [[LayerEntry.file("etc/pw", "root")]])
        let image = try await fixture.build("FROM base\nADD p /x/y")
        #expect(
            try await fixture.entries(image) == [
                "x folder 755 0:0", "x/y folder 755 0:0", "x/y/etc folder 755 0:0",
                "x/y/etc/group file 644 0:0 2", "x/y/etc/pw file 644 0:0 1", "x/y/l link /etc",
                "x/y/same same as x/y/etc/pw", "x/y/up link ../../etc",
            ])
    }

    /// An entry that gets out of the archive's folder, and a part of what is said.
    @Test(arguments: [
        (LayerEntry("d", .symlink(target: "x"), mode: 0o777), "e/../../x", ".."),
        (LayerEntry("d", .hardLink(target: "nope"), mode: 0o644), "", "not there"),
        (LayerEntry(".wh.gone", .file(size: 0), mode: 0o644), "", ".wh."),
    ])
    func aHostileArchiveIsRefused(entry: LayerEntry, path: String, message: String) async throws {
        let fixture = try BuildFixture()
        if path.isEmpty {
            try fixture.archive("p", [LayerEntry.file("a", "A"), (entry, "")])
        } else {
            try fixture.bytes("p", Self.tar(path))
        }
        let refusal = await fixture.refusal(of: "FROM scratch\nADD p /")
        #expect(refusal?.contains(message) ?? false, "\(refusal ?? "")")
    }

    @Test func aDamagedArchiveIsRefused() async throws {
        let text = String(repeating: "x", count: 100_000)
        let fixture = try BuildFixture().archive(
            "whole", [LayerEntry.file("a", "A"), LayerEntry.file("b", text)])
        let bytes = try [UInt8](
            Data(contentsOf: URL(fileURLWithPath: fixture.context.appending("whole").string)))
        try fixture.bytes("half", Array(bytes[..<5000]))
        let refusal = await fixture.refusal(of: "FROM scratch\nADD half /")
        #expect(
            refusal?.contains("2:5 half cannot be unpacked: ") ?? false, "\(refusal ?? "")"
        )
    }

    /// One tar header of an empty file, with any name.
    private static func tar(_ name: String) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        let fields: [(Int, String)] = [
            (0, name), (100, "0000644"), (108, "0000000"), (116, "0000000"), (124, "00000000000"),
            (136, "00000000000"), (148, "        "), (156, "0"), (257, "ustar"), (263, "00"),
        ]
        for (offset, text) in fields {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = String(repeating: "0", count: 6 - sum.count) + sum
        header.replaceSubrange(148..<156, with: Array(digits.utf8) + [0, 0x20])
        return header + [UInt8](repeating: 0, count: 1024)
    }
}
