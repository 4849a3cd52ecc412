// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// What processes that died have left half-written goes with the next one that works there.
@Suite struct LeftoverTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
        try temporary.file("store/.tmp/.pending-dead", "half")
    }

    @Test func aLeaseTakesThemAway() async throws {
        let lease = try await layout.lease()
        #expect(try Folder.names(in: layout.temporary).isEmpty)
        lease.end()
    }

    /// They may be those of the one who has the other lease.
    @Test func besideAnotherLeaseTheyStay() async throws {
        let first = try await layout.lease()
        try temporary.file("store/.tmp/.pending-living", "half")
        let second = try await layout.lease()
        #expect(try Folder.names(in: layout.temporary) == [".pending-living"])
        second.end()
        first.end()
    }

    @Test(arguments: [ImageArchive.Format.oci, .docker])
    func anExportTakesAwayWhatItsPredecessorLeft(_ format: ImageArchive.Format) async throws {
        let image = try SampleImage.store(in: layout)
        try temporary.file("out/.stet-archive-dead/.tar-half", "half")
        let file = temporary.path.pushing("out/image.tar")
        try await ImageArchive.write(
            ImageArchive.Image(names: ["app:1"], descriptor: image), from: layout, as: format, to: file)
        #expect(try Folder.names(in: file.removingLastComponent()) == ["image.tar"])
    }
}
