// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import ScratchFolder
import SystemPackage
import Testing

/// What bsdtar, GNU tar and Python's tarfile see in a layer of ours is what we have put into it, entry for entry.
@Suite struct LayerOracleTests {
    private static let longFolder = String(repeating: "d", count: 120)
    private static let longFile = String(repeating: "ä", count: 100)

    /// An entry, and its line: type and mode, owner, size, name and where it leads.
    private static let entries: [(LayerEntry, content: String, line: String)] = [
        (LayerEntry("etc", .directory, mode: 0o755), "", "drwxr-xr-x 0/0 0 etc/"),
        (LayerEntry("tmp", .directory, mode: 0o1777), "", "drwxrwxrwt 0/0 0 tmp/"),
        (LayerEntry("etc/motd", .file(size: 5), mode: 0o644), "hello", "-rw-r--r-- 0/0 5 etc/motd"),
        (
            owned(LayerEntry("etc/su", .file(size: 2), mode: 0o4755), 3_000_000, 4_294_967_294), "su",
            "-rwsr-xr-x 3000000/4294967294 2 etc/su"
        ),
        (
            owned(LayerEntry("etc/sg", .file(size: 0), mode: 0o2750), 1_000, 50), "",
            "-rwxr-s--- 1000/50 0 etc/sg"
        ),
        (
            LayerEntry("etc/link", .symlink(target: "../usr//lib/ő"), mode: 0o777), "",
            "lrwxrwxrwx 0/0 0 etc/link -> ../usr//lib/ő"
        ),
        (
            LayerEntry("etc/hard", .hardLink(target: "etc/motd"), mode: 0o644), "",
            "hrw-r--r-- 0/0 0 etc/hard link to etc/motd"
        ),
        (LayerEntry("etc/pipe", .fifo, mode: 0o600), "", "prw------- 0/0 0 etc/pipe"),
        (LayerEntry("umlaut-äöü", .file(size: 1), mode: 0o600), "u", "-rw------- 0/0 1 umlaut-äöü"),
        (
            LayerEntry(FilePath("\(longFolder)/\(longFile)"), .file(size: 1), mode: 0o600), "x",
            "-rw------- 0/0 1 \(longFolder)/\(longFile)"
        ),
        (
            LayerEntry("with space", .file(size: 0), mode: 0o444), "",
            "-r--r--r-- 0/0 0 with space"
        ),
        (LayerEntry("etc/.wh.gone", .file(size: 0), mode: 0o644), "", "-rw-r--r-- 0/0 0 etc/.wh.gone"),
    ]

    private static func owned(_ entry: LayerEntry, _ uid: UInt32, _ gid: UInt32) -> LayerEntry {
        var entry = entry
        (entry.uid, entry.gid) = (uid, gid)
        return entry
    }

    /// Each prints the lines of a layer, in order, as they are above.
    private static let programs = [
        "GNU tar": """
        tar --numeric-owner --full-time --quoting-style=literal -tvzf "$layer" | \
        sed -E 's/^(\\S+) +(\\S+) +(\\S+) +\\S+ +\\S+ (.*)$/\\1 \\2 \\3 \\4/'
        """,
        "bsdtar": """
        bsdtar --numeric-owner -tvf "$layer" | \
        sed -E 's/^(\\S+) +\\S+ +(\\S+) +(\\S+) +(\\S+) +\\S+ +\\S+ +\\S+ (.*)$/\\1 \\2\\/\\3 \\4 \\5/'
        """,
        "tarfile": """
        python3 - "$layer" <<'END'
        import stat, sys, tarfile
        kinds = {tarfile.DIRTYPE: "d", tarfile.SYMTYPE: "l", tarfile.LNKTYPE: "h", tarfile.FIFOTYPE: "p"}
        for entry in tarfile.open(sys.argv[1]):
            mode = kinds.get(entry.type, "-") + stat.filemode(entry.mode)[1:]
            name = entry.name + ("/" if entry.isdir() else "")
            name += " -> " + entry.linkname if entry.issym() else ""
            name += " link to " + entry.linkname if entry.islnk() else ""
            print(f"{mode} {entry.uid}/{entry.gid} {entry.size} {name}")
        END
        """,
    ]

    private static func pack(
        _ entries: [(LayerEntry, content: String)], in folder: FilePath
    ) throws -> PackedLayer {
        let writer = try LayerWriter(in: folder)
        for (entry, content) in entries { try writer.append(entry, content: .bytes(Array(content.utf8))) }
        return try writer.finish()
    }

    @Test(arguments: programs.keys.sorted())
    func theySeeWhatWePut(program: String) throws {
        let temporary = try ScratchFolder()
        let layer = try Self.pack(Self.entries.map { ($0.0, $0.content) }, in: temporary.path)
        let script = try #require(Self.programs[program])
        let listing = try shell("export LC_ALL=C.UTF-8 TZ=UTC PYTHONUTF8=1 layer='\(layer.file)'\n\(script)")
        #expect(listing.split(separator: "\n").map(String.init) == Self.entries.map(\.line))
    }

    @Test func contentsTimesAndAttributesAreThoseThatTheyRead() throws {
        let temporary = try ScratchFolder()
        var entry = LayerEntry("file", .file(size: 7), mode: 0o644)
        entry.mtime = 4_102_444_800
        entry.xattrs = ["user.note": Array("text".utf8), "security.capability": [1, 0, 0, 2, 0, 0x20]]
        let layer = try Self.pack([(entry, "content")], in: temporary.path)
        let output = try shell(
            """
            python3 - '\(layer.file)' <<'END'
            import sys, tarfile
            archive = tarfile.open(sys.argv[1], errors="surrogateescape")
            entry = archive.getmember("file")
            print(int(entry.mtime), archive.extractfile(entry).read().decode())
            for name, value in sorted(entry.pax_headers.items()):
                if name.startswith("SCHILY.xattr."):
                    print(name, value.encode("utf-8", "surrogateescape").hex())
            END
            """)
        #expect(
            output == """
                4102444800 content
                SCHILY.xattr.security.capability 010000020020
                SCHILY.xattr.user.note 74657874

                """)
    }
}
