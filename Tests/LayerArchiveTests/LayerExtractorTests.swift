// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct LayerExtractorTests {
    private let temporary: ScratchFolder
    private let root: FilePath

    init() throws {
        temporary = try ScratchFolder()
        root = try temporary.folder("outside/root")
    }

    @discardableResult
    private func apply(_ tar: RawTar, expecting diffID: Digest? = nil) throws -> AppliedLayer {
        let file = try temporary.file("layer", bytes: tar.finished)
        return try LayerExtractor(root: root).apply(file, expecting: diffID)
    }

    @discardableResult
    private func apply(_ entries: [(LayerEntry, String)]) throws -> AppliedLayer {
        let writer = try LayerWriter(in: temporary.path)
        for (entry, content) in entries { try writer.append(entry, content: .bytes(Array(content.utf8))) }
        let layer = try writer.finish()
        return try LayerExtractor(root: root).apply(layer.file, expecting: layer.diffID)
    }

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try WholeFile.read(root.appending(path.components)), as: UTF8.self)
    }

    /// Every path under the root, sorted.
    private func tree() throws -> [String] {
        try shell("cd \(root) && find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort").split(separator: "\n")
            .map(String.init)
    }

    @Test func layersAreAppliedOneOnTheOther() throws {
        var base = RawTar()
        base.add("etc/", .folder)
        base.add("etc/motd", "old")
        base.add("etc/keep", "kept")
        base.add("bin", .symlink, link: "usr/bin")
        base.add("usr/bin/sh", "shell")
        base.add("var/cache/a", "a")
        base.add("var/cache/b/c", "c")
        try apply(base)
        var upper = RawTar()
        upper.add("etc/motd", "new")
        upper.add("bin/tool", "tool")
        upper.add("etc/.wh.keep")
        upper.add("var/cache/.wh..wh..opq")
        upper.add("var/cache/d", "d")
        upper.add(".wh.missing")
        upper.add("not/there/.wh.missing")
        try apply(upper)
        #expect(
            try tree() == [
                "bin", "etc", "etc/motd", "usr", "usr/bin", "usr/bin/sh", "usr/bin/tool", "var", "var/cache",
                "var/cache/d",
            ])
        #expect(try text("etc/motd") == "new")
        #expect(try text("bin/tool") == "tool")
    }

    @Test func aWhiteoutHidesOnlyWhatLowerLayersHave() throws {
        var base = RawTar()
        base.add("a/old", "old")
        base.add("b/old", "old")
        base.add("file", "old")
        try apply(base)
        var upper = RawTar()
        upper.add("a/new/deep", "new")
        upper.add("a/.wh..wh..opq")
        upper.add("b/", .folder)
        upper.add("b/new", "new")
        upper.add(".wh.b")
        upper.add("file", "new")
        upper.add(".wh.file")
        try apply(upper)
        #expect(try tree() == ["a", "a/new", "a/new/deep", "b", "b/new", "file"])
        #expect(try text("file") == "new")
    }

    @Test func aThingTakesThePlaceOfAnother() throws {
        var base = RawTar()
        base.add("file", "file")
        base.add("folder/inside/deep", "deep")
        base.add("link", .symlink, link: "folder")
        base.add("kept/inside", "inside")
        try apply(base)
        var upper = RawTar()
        upper.add("file/", .folder)
        upper.add("file/inside", "inside")
        upper.add("folder", "now a file")
        upper.add("link", "now a file")
        upper.add("kept/", .folder)
        try apply(upper)
        #expect(try tree() == ["file", "file/inside", "folder", "kept", "kept/inside", "link"])
        #expect(try text("link") == "now a file")
        #expect(try text("folder") == "now a file")
    }

    @Test func modesTimesOwnersAndAttributesAreKept() throws {
        var file = LayerEntry("bin/tool", .file(size: 4), mode: 0o4755)
        (file.uid, file.gid, file.mtime) = (1234, 5678, 1_000_000)
        file.xattrs = ["user.note": Array("note".utf8)]
        var folder = LayerEntry("bin", .directory, mode: 0o555)
        folder.mtime = 2_000_000
        let applied = try apply([
            (folder, ""), (file, "tool"), (LayerEntry("link", .symlink(target: "bin/tool"), mode: 0o777), ""),
            (LayerEntry("pipe", .fifo, mode: 0o620), ""),
            (LayerEntry("hard", .hardLink(target: "bin/tool"), mode: 0o4755), ""),
        ])
        #expect(applied.entries == 5)
        #expect(try shell("stat -c '%a %Y %F' \(root)/bin") == "555 2000000 directory\n")
        #expect(try shell("stat -c '%a %Y %h' \(root)/bin/tool") == "4755 1000000 2\n")
        #expect(try shell("stat -c '%a %F' \(root)/pipe") == "620 fifo\n")
        #expect(try shell("stat -c %i \(root)/hard") == shell("stat -c %i \(root)/bin/tool"))
        if geteuid() == 0 { #expect(try shell("stat -c '%u %g' \(root)/bin/tool") == "1234 5678\n") }
        if applied.skippedAttributes.isEmpty {
            #expect(
                try shell("tar --xattrs -cf - -C \(root) bin/tool | tar --xattrs -tvvf - | grep -c user.note")
                    == "1\n")
        } else {
            #expect(applied.skippedAttributes == ["bin/tool: user.note"])
        }
        try shell("chmod 755 \(root)/bin")
    }

    @Test func whatOverlayfsWouldObeyIsLeftOut() throws {
        var file = LayerEntry("file", .file(size: 0), mode: 0o644)
        file.xattrs = ["trusted.overlay.redirect": [0x2F], "user.overlay.opaque": [0x79]]
        let applied = try apply([(file, "")])
        #expect(applied.skippedAttributes == ["file: trusted.overlay.redirect", "file: user.overlay.opaque"])
    }

    @Test func aFolderBehindALinkToNothingIsMadeInside() throws {
        var tar = RawTar()
        tar.add("var/run", .symlink, link: "../run/now")
        tar.add("var/lock", .symlink, link: "/run/lock")
        tar.add("var/run/pid", "1")
        tar.add("var/lock/held", "")
        try apply(tar)
        #expect(try text("run/now/pid") == "1")
        #expect(try text("run/lock/held") == "")
    }

    @Test func devicesAreMadeByRootAndRefusedOtherwise() throws {
        var tar = RawTar()
        tar.add("null", .characterDevice)
        guard geteuid() == 0 else {
            let error = #expect(throws: LayerError.self) { try apply(tar) }
            #expect("\(try #require(error))".contains("\"null\""))
            return
        }
        try apply(tar)
        #expect(try shell("stat -c '%t %T %F' \(root)/null") == "1 3 character special file\n")
    }

    @Test func aWrongDiffIDIsSeen() throws {
        var tar = RawTar()
        tar.add("file", "content")
        let right = Digest(of: tar.finished)
        #expect(try apply(tar, expecting: right).diffID == right)
        let wrong = Digest(of: [])
        #expect(throws: LayerError.differs(expected: wrong, actual: right)) {
            try apply(tar, expecting: wrong)
        }
    }

    @Test func aHoleStaysAHole() throws {
        try shell("cd \(temporary.path) && truncate -s 8M sparse && tar --sparse -cf holes sparse")
        try LayerExtractor(root: root).apply(temporary.path.appending("holes"))
        #expect(try shell("stat -c '%s' \(root)/sparse") == "8388608\n")
        #expect(
            try shell("cmp \(root)/sparse \(temporary.path)/sparse && du -k \(root)/sparse | cut -f1").count
                <= 3)
    }

    struct Attack: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What the message must name; nil when the archive is harmless once it is kept inside.
        let refusal: String?
        let build: @Sendable (inout RawTar) -> Void

        init(_ description: String, refusal: String?, _ build: @escaping @Sendable (inout RawTar) -> Void) {
            testDescription = description
            self.refusal = refusal
            self.build = build
        }
    }

    static let attacks = [
        Attack("a name that climbs", refusal: "\"../evil\"") { $0.add("../evil", "evil") },
        Attack("a name that climbs from inside", refusal: "\"a/../../evil\"") {
            $0.add("a/../../evil", "evil")
        },
        Attack("an absolute name", refusal: "/evil\"") { $0.add("/tmp/stet-evil/evil", "evil") },
        Attack("a file through a link upwards", refusal: nil) {
            $0.add("up", .symlink, link: "..")
            $0.add("up/evil", "evil")
        },
        Attack("a file through an absolute link", refusal: nil) {
            $0.add("abs", .symlink, link: "/tmp")
            $0.add("abs/stet-evil", "evil")
        },
        Attack("a chain of links", refusal: nil) {
            $0.add("a", .symlink, link: "b/..")
            $0.add("b", .symlink, link: "../..")
            $0.add("b/evil", "evil")
        },
        Attack("a file over a link that points outside", refusal: nil) {
            $0.add("victim", .symlink, link: "../victim")
            $0.add("victim", "evil")
        },
        Attack("a folder over a link that points outside", refusal: nil) {
            $0.add("out", .symlink, link: "..")
            $0.add("out/", .folder)
            $0.add("out/victim", "evil")
        },
        Attack("a link through a loop", refusal: "loop") {
            $0.add("loop", .symlink, link: "loop")
            $0.add("loop/evil", "evil")
        },
        Attack("a hard link that climbs", refusal: "\"hard\"") {
            $0.add("hard", .hardLink, link: "../victim")
        },
        Attack("a hard link through a link", refusal: "\"hard\"") {
            $0.add("up", .symlink, link: "../..")
            $0.add("hard", .hardLink, link: "up/victim")
        },
        Attack("a hard link to an absolute path", refusal: "\"hard\"") {
            $0.add("hard", .hardLink, link: "/etc/passwd")
        },
        Attack("a hard link to itself", refusal: "\"hard\"") { $0.add("hard", .hardLink, link: "hard") },
        Attack("a write through a hard link to a link", refusal: nil) {
            $0.add("sym", .symlink, link: "../victim")
            $0.add("hard", .hardLink, link: "sym")
            $0.add("hard", "evil")
        },
        Attack("a whiteout that climbs", refusal: "whiteout of nothing") { $0.add("a/.wh...") },
        Attack("a whiteout through a link", refusal: nil) {
            $0.add("up", .symlink, link: "..")
            $0.add("up/.wh.victim")
        },
        Attack("an opaque marker through a link", refusal: nil) {
            $0.add("up", .symlink, link: "..")
            $0.add("up/.wh..wh..opq")
        },
        Attack("a file as a folder", refusal: "\"file\"") {
            $0.add("file", "file")
            $0.add("file/evil", "evil")
        },
        Attack("less content than declared", refusal: "liar") { $0.add("liar", "short", size: 1 << 20) },
        Attack("a negative size", refusal: "layer") { $0.add("file", size: -1) },
    ]

    @Test(arguments: attacks)
    func nothingOutsideTheRootIsTouched(_ attack: Attack) throws {
        try temporary.file("outside/victim", "innocent")
        let before = try shell(
            "cd \(temporary.path)/outside && find . -path ./root -prune -o -printf '%p %y %i %s\\n'")
        var tar = RawTar()
        attack.build(&tar)
        if let refusal = attack.refusal {
            let error = #expect(throws: LayerError.self) { try apply(tar) }
            #expect("\(try #require(error))".contains(refusal))
        } else {
            try apply(tar)
        }
        let after = try shell(
            "cd \(temporary.path)/outside && find . -path ./root -prune -o -printf '%p %y %i %s\\n'")
        #expect(after == before)
        #expect(try WholeFile.read(temporary.path.appending("outside/victim")) == Array("innocent".utf8))
        #expect(WholeFile.size("/tmp/stet-evil") == nil)
    }
}
