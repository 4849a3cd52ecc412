// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct FolderPackingTests {
    private let temporary: ScratchFolder
    private let output: FilePath

    init() throws {
        temporary = try ScratchFolder()
        output = try temporary.folder("out")
        try temporary.file("tree/b", "b", mode: 0o755)
        try temporary.file("tree/a/z", "z")
        try temporary.file("tree/a-b", "a-b", mode: 0o600)
        try temporary.file("tree/ő", "ő")
        try shell(
            "cd \(temporary.path)/tree && mkdir empty && ln b hard && ln -s nowhere link && mkfifo pipe")
    }

    private var tree: FilePath { temporary.path.appending("tree") }

    private func entries(_ layer: PackedLayer) throws -> [LayerEntry] {
        var reader = try LayerReader(layer.file)
        var entries: [LayerEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return entries
    }

    @Test func entriesAreSortedAndNobodys() throws {
        let entries = try entries(.packing(tree, in: output, mtime: 77))
        #expect(entries.map(\.path) == ["a", "a/z", "a-b", "b", "empty", "hard", "link", "pipe", "ő"])
        #expect(entries.allSatisfy { $0.uid == 0 && $0.gid == 0 && $0.mtime == 77 })
        #expect(entries[2].mode == 0o600)
        #expect(entries[3].mode == 0o755)
        #expect(entries[5].kind == .hardLink(target: "b"))
        #expect(entries[6].kind == .symlink(target: "nowhere"))
    }

    @Test func aCopyOfTheTreeGivesTheSameLayer() throws {
        let copy = temporary.path.appending("copy")
        try shell(
            """
            umask 077 && mkdir -m 755 \(copy) && cd \(tree)
            ls -rA | while read name; do cp -r --preserve=mode,links "$name" \(copy)/; done
            ln -f \(copy)/b \(copy)/hard && find \(copy) -exec touch -h -d @5 {} +
            """)
        let first = try PackedLayer.packing(tree, in: output)
        let second = try PackedLayer.packing(copy, in: output)
        #expect(first.descriptor == second.descriptor)
        #expect(first.diffID == second.diffID)
    }

    @Test func theUsualUmasksMakeTheSameLayer() throws {
        var layers: Set<String> = []
        for modes in ["u=rwX,go=rX", "u=rwX,g=rwX,o=rX", "u=rwX,go=rwX"] {
            try shell("chmod -R \(modes) \(tree)")
            layers.insert("\(try PackedLayer.packing(tree, in: output).descriptor.digest)")
        }
        #expect(layers.count == 1)
        try shell("chmod -R u=rwX,go= \(tree)")
        #expect(try !layers.contains("\(PackedLayer.packing(tree, in: output).descriptor.digest)"))
    }

    @Test(
        arguments: [
            (0o100600, 0o600), (0o100644, 0o644), (0o100664, 0o644), (0o100666, 0o644), (0o100700, 0o700),
            (0o100775, 0o755), (0o100654, 0o654), (0o104750, 0o4750), (0o040700, 0o700), (0o040775, 0o755),
            (0o042770, 0o2750), (0o041777, 0o1755),
        ] as [(UInt32, UInt32)])
    func nobodyGetsARightThatHeDoesNotHave(mode: UInt32, normal: UInt32) {
        #expect(NormalMode.of(mode) == normal)
    }

    @Test func theLocaleOfTheProcessDoesNotMatter() throws {
        let first = try PackedLayer.packing(tree, in: output)
        let previous = setlocale(LC_ALL, nil).map { String(cString: $0) }
        setlocale(LC_ALL, "C")
        defer { setlocale(LC_ALL, previous ?? "C") }
        #expect(try PackedLayer.packing(tree, in: output).descriptor == first.descriptor)
    }

    @Test func whatIsUnpackedIsWhatWasPacked() throws {
        let layer = try PackedLayer.packing(tree, in: output, mtime: 1_000)
        let root = try temporary.folder("root")
        let applied = try LayerExtractor(root: root).apply(layer.file, expecting: layer.diffID)
        #expect(applied.entries == 9)
        let again = try PackedLayer.packing(root, in: output, mtime: 1_000)
        #expect(again.descriptor == layer.descriptor)
        #expect(try shell("rm \(tree)/pipe \(root)/pipe && diff -r --no-dereference \(tree) \(root)") == "")
    }

    @Test func attributesAreKeptWhereThereAreAny() throws {
        let file = tree.appending("b")
        let isSupported = (try? shell("setfattr -n user.note -v hello \(file)")) != nil
        let entry = try #require(try entries(.packing(tree, in: output)).first { $0.path == "b" })
        #expect(entry.xattrs == (isSupported ? ["user.note": Array("hello".utf8)] : [:]))
    }

    @Test func aFolderThatIsMissingIsNamed() throws {
        let error = #expect(throws: LayerError.self) { try PackedLayer.packing("/missing", in: output) }
        #expect("\(try #require(error))".contains("/missing"))
        #expect(try Folder.names(in: output) == [])
    }

    @Test func namesAndTargetsThatAreNotUTF8AreKept() throws {
        try shell(#"cd \#(tree) && touch "$(printf 'odd\377')" && ln -s "$(printf '\376')" oddlink"#)
        let packed = try entries(.packing(tree, in: output))
        #expect(packed.contains { $0.path.nameText.shownName == #"odd\xFF"# })
        let link = packed.first { $0.path == "oddlink" }
        #expect(link?.kind == .symlink(target: String(nameBytes: [0xFE])))
        try shell("rm -r \(tree)")
    }
}
