// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import LayerArchive
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

@Suite(.enabled(if: RootBusybox.isPossible)) struct SnapshotTests {
    @Test(arguments: RootBusybox.methods)
    func whatWasDoneInARootBecomesALayer(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        let line = """
            mkdir -p /srv/a; echo new > /srv/a/file; ln /srv/a/file /srv/a/hard; ln -s file /srv/a/link
            chmod 700 /tmp; rm /etc/passwd; touch /etc
            """
        _ = try await machine.shell(line, in: root)
        let entries = try await root.changes().map(\.entry)
        let names = entries.map { "\($0.path)" }
        #expect(
            names == ["etc/.wh.passwd", "srv", "srv/a", "srv/a/file", "srv/a/hard", "srv/a/link", "tmp"])
        #expect(entries[4].kind == .hardLink(target: "srv/a/file"))
        #expect(entries[5].kind == .symlink(target: "file"))
        #expect(entries.last?.mode == 0o700)
    }

    @Test(arguments: RootBusybox.methods)
    func aFileThatGetsAnotherNameStaysOneFile(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell("ln /etc/passwd /other", in: root)
        let entries = try await root.changes().map(\.entry)
        #expect(entries.map { "\($0.path)" } == ["etc/passwd", "other"])
        #expect(entries.last?.kind == .hardLink(target: "etc/passwd"))
    }

    @Test(arguments: RootBusybox.methods)
    func aRootThatNothingWasDoneInHasNoChanges(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell("cat /etc/passwd; ls -R / > /dev/null", in: root)
        #expect(try await root.changes().isEmpty)
    }

    @Test(arguments: RootBusybox.methods)
    func aFolderThatTookAnothersPlaceHidesIt(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell("rm -r /opt; mkdir /opt; echo x > /opt/new", in: root)
        let names = try await root.changes().map { "\($0.entry.path)" }
        // A copy cannot know that it is another folder, and says what is gone.
        #expect(
            names == (method == .copy ? ["opt/.wh.old", "opt/new"] : ["opt", "opt/.wh..wh..opq", "opt/new"]))
    }

    @Test(arguments: RootBusybox.methods)
    func aPackedLayerUnpacksToWhatItWasMadeFrom(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell(
            "rm /etc/passwd; mkdir /new; echo hello > /new/file; chmod 4755 /new/file", in: root)
        let layer = try RootBusybox.layer(in: machine.scratch, try await root.changes())
        let again = try await machine.roots.snapshot(of: [try RootBusybox.layer(in: machine.scratch), layer])
            .mount()
        let line = "test -e /etc/passwd || echo gone; cat /new/file; stat -c %a /new/file"
        #expect(try await machine.shell(line, in: again).output == "gone\nhello\n4755\n")
    }

    @Test(arguments: RootBusybox.methods)
    func aLayerThatIsMissingIsToldOnceAndBeforeItIsUnpacked(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell("echo one > /one", in: root)
        let layers = [
            try RootBusybox.layer(in: machine.scratch),
            try RootBusybox.layer(in: machine.scratch, try await root.changes()),
        ]
        let missing = Mutex<[Int]>([])
        for _ in 0..<2 {
            _ = try await machine.roots.snapshot(of: layers) { index in missing.withLock { $0.append(index) }
            }
        }
        #expect(missing.withLock(\.self) == [1])
    }

    @Test(arguments: RootBusybox.methods)
    func anAdoptedRootIsTheSnapshotOfItsLayer(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let root = try await machine.base.mount()
        _ = try await machine.shell("echo one > /one", in: root)
        var changes = try await root.changes()
        for index in changes.indices { changes[index].entry.mtime = 86400 }
        let layer = try RootBusybox.layer(in: machine.scratch, changes)
        let next = try await root.adopt(as: layer.diffID, mtime: 86400)
        let base = try RootBusybox.layer(in: machine.scratch)
        let asked = try await machine.roots.snapshot(of: [
            base, RootLayer(diffID: layer.diffID, file: "/nowhere"),
        ])
        #expect(asked.chainID == next.chainID)
        let second = try await next.mount()
        let line = "cat /one; stat -c %Y /one; echo two > /two"
        #expect(try await machine.shell(line, in: second).output == "one\n86400\n")
        #expect(try await second.changes().map { "\($0.entry.path)" } == ["two"])
    }

    @Test func aLayerWithAnotherDiffIDIsRefusedAndNotKept() async throws {
        let machine = try await RootBusybox()
        let layer = try RootBusybox.layer(in: machine.scratch)
        let wrong = Digest(of: Array("wrong".utf8), algorithm: .sha256)
        for _ in 0..<2 {
            await #expect(
                throws: ContainerError.wrongDiffID(layer: layer.file, expected: wrong, actual: layer.diffID)
            ) { try await machine.roots.snapshot(of: [RootLayer(diffID: wrong, file: layer.file)]) }
        }
    }

    @Test(arguments: RootBusybox.methods)
    func layersGoThroughTheLinksOfTheLayersBelow(_ method: StackMethod) async throws {
        let machine = try await RootBusybox(method)
        let base = try RootBusybox.layer(in: machine.scratch) { writer in
            try writer.append(LayerEntry("usr", .directory, mode: 0o755))
            try writer.append(LayerEntry("usr/bin", .directory, mode: 0o755))
            try writer.append(LayerEntry("usr/bin/old", .file(size: 0), mode: 0o644))
            try writer.append(LayerEntry("bin", .symlink(target: "usr/bin"), mode: 0o777))
        }
        let top = try RootBusybox.layer(in: machine.scratch) { writer in
            try writer.append(LayerEntry("bin/new", .file(size: 1), mode: 0o755), content: .bytes([65]))
            try writer.append(.whiteout(of: "usr/bin/old"))
        }
        let root = try await machine.roots.snapshot(of: [base, top]).mount()
        #expect(try root.tree.read("/usr/bin/new", limitBytes: 10) == [65])
        #expect(try root.tree.status(of: "/usr/bin/old") == nil)
        #expect(try await root.changes().isEmpty)
    }

    @Test func fiftyLayersStackUp() async throws {
        let machine = try await RootBusybox()
        var layers: [RootLayer] = []
        for number in 0..<50 {
            layers.append(
                try RootBusybox.layer(in: machine.scratch) { writer in
                    try writer.append(
                        LayerEntry(FilePath("f\(number)"), .file(size: 1), mode: 0o644),
                        content: .bytes([UInt8(number)]))
                })
        }
        let root = try await machine.roots.snapshot(of: layers).mount()
        for number in 0..<50 {
            #expect(try root.tree.read(FilePath("/f\(number)"), limitBytes: 1) == [UInt8(number)])
        }
    }

    @Test func theSameLayersAreUnpackedOnce() async throws {
        let machine = try await RootBusybox()
        let layer = try RootBusybox.layer(in: machine.scratch)
        let first = try await machine.roots.snapshot(of: [layer])
        // Not even its file is needed.
        try Folder.remove(layer.file)
        let second = try await machine.roots.snapshot(of: [layer])
        #expect(first.chainID == second.chainID)
    }

    @Test func whatNobodyUsesIsPruned() async throws {
        let machine = try await RootBusybox()
        let first = try RootBusybox.layer(in: machine.scratch) { writer in
            try writer.append(LayerEntry("first", .file(size: 0), mode: 0o644))
        }
        let second = try RootBusybox.layer(in: machine.scratch) { writer in
            try writer.append(LayerEntry("second", .file(size: 0), mode: 0o644))
        }
        _ = try await machine.roots.snapshot(of: [first, second])
        #expect(try await machine.roots.prune(unusedFor: .seconds(3600)).stacks == 0)
        let said = try await machine.roots.prune(isDry: true)
        #expect(said.stacks == 2 && said.bytes > 0)
        #expect(try await machine.roots.prune() == said)
        // The base is in use.
        let root = try await machine.base.mount()
        #expect(try await machine.shell("echo here", in: root).output == "here\n")
        #expect(try await machine.roots.prune().stacks == 0)
    }
}
