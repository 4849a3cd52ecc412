// SPDX-License-Identifier: Apache-2.0

import Glibc
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// What skopeo and umoci make of our layouts, and we of theirs.
@Suite struct LayoutPeerTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
    }

    private func run(_ line: String) throws {
        try Program.run(line, in: temporary)
    }

    @Test func skopeoCopiesOurImageAndWeReadItsCopy() async throws {
        let image = try SampleImage.store(in: layout, text: "from stet")
        try await layout.tag(image, as: "app:1")
        let copy = temporary.path.appending("copy")
        try run("skopeo copy -q oci:\(layout.folder):app:1 oci:\(copy):other")
        let theirs = try ImageLayout(copy)
        #expect(try theirs.resolve("other")?.digest == image.digest)
        let manifest = try Manifest(theirs.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        for child in manifest.children { try await theirs.verify(child) }
    }

    @Test func umociUnpacksTheTreeThatWePacked() async throws {
        let image = try SampleImage.store(in: layout, text: "from stet")
        try await layout.tag(image, as: "app")
        let bundle = temporary.path.appending("bundle")
        try run("umoci unpack \(geteuid() == 0 ? "" : "--rootless") --image \(layout.folder):app \(bundle)")
        try run("test \"$(cat \(bundle)/rootfs/etc/motd)\" = 'from stet'")
    }
}
