// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import SystemPackage
import Testing

/// Images that are rarely met, from a layout into registries and back, and into the hands of skopeo.
@Suite struct OddImageTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func digest(_ name: String) async throws -> String {
        try await stet("inspect", "--format", "json", name).output
            .firstMatch(of: /"digest" : "(sha256:[0-9a-f]{64})"/).map { String($0.1) } ?? "none"
    }

    private func check(_ image: OddImages, by address: String) async throws {
        let source = "oci:\(folder.path)/source:\(image.rawValue)"
        let pushed = try await stet(
            "push", "--quiet", "--all", source, "\(address)/odd:\(image.rawValue.lowercased())")
        #expect(pushed.status == 0, "\(image) \(pushed)")
        let target = folder.path.appending("back-\(image.rawValue)")
        let reference = "\(address)/odd:\(image.rawValue.lowercased())"
        let pulled = try await stet("pull", "--quiet", "--all", reference, "oci:\(target):1")
        #expect(pulled.status == 0 && pulled.output == pushed.output, "\(image) \(pulled)")
        let root = pushed.output.filter { !$0.isNewline }
        #expect(try LayoutContents(folder: target).wrongOnes() == [])
        #expect(try LayoutContents(folder: target).digests().contains(root))
        #expect(try await ImageLayout(target).check().isEmpty)
        // What skopeo copies to a folder keeps its bytes.
        guard image != .artifact, image != .nestedIndex else { return }
        let theirs = folder.path.appending("theirs-\(image.rawValue)")
        let copy = try await Program("skopeo")(
            "copy", "--all", "--src-tls-verify=false", "docker://\(reference)", "dir:\(theirs)")
        #expect(copy.status == 0, "\(image) \(copy)")
        #expect("\(Digest(of: try WholeFile.read(theirs.appending("manifest.json"))))" == root)
    }

    @Test(arguments: OddImages.allCases.filter { $0 != .foreignLayer })
    func dockerRegistryKeepsItAsItIs(image: OddImages) async throws {
        try await image.make(in: ImageLayout(creating: folder.path.appending("source")))
        try await Peers.withDockerRegistry(in: folder.path) { try await check(image, by: $0) }
    }

    @Test func ourRegistryKeepsAllOfThem() async throws {
        let source = try ImageLayout(creating: folder.path.appending("source"))
        for image in OddImages.allCases { try await image.make(in: source) }
        try await Peers.withStetServe(in: folder.path) { address in
            for image in OddImages.allCases where image != .foreignLayer {
                try await check(image, by: address)
            }
            // skopeo wants to have a foreign layer.
            let foreign = try await stet(
                "copy", "--quiet", "oci:\(folder.path)/source:foreignLayer", "\(address)/odd:foreign")
            #expect(foreign.status == 0, "\(foreign)")
            let back = try await stet(
                "pull", "--quiet", "\(address)/odd:foreign", "oci:\(folder.path)/back:1")
            #expect(back.status == 0 && back.output == foreign.output, "\(back)")
        }
    }

    @Test(arguments: [("linux/arm64", "arm64"), ("linux/arm/v7", "arm"), ("linux/amd64", "amd64")])
    func thePlatformChoosesFromAnIndexAndAList(platform: String, architecture: String) async throws {
        let source = try ImageLayout(creating: folder.path.appending("source"))
        for image in [OddImages.index, .list] {
            try await image.make(in: source)
            let target = "oci:\(folder.path)/\(image.rawValue)-one:1"
            let copy = try await stet(
                "copy", "--quiet", "--platform", platform, "oci:\(folder.path)/source:\(image.rawValue)",
                target)
            #expect(copy.status == 0, "\(copy)")
            let config = try await stet("inspect", "--config", target)
            #expect(config.output.contains(#""architecture":"\#(architecture)""#), "\(config)")
            let none = try await stet(
                "copy", "--platform", "linux/s390x", "oci:\(folder.path)/source:\(image.rawValue)", target)
            #expect(none.status != 0 && none.errors.contains("no image for linux/s390x"), "\(none)")
        }
    }

    @Test func whatIsNamedBySHA512IsPublishedAndFoundAgain() async throws {
        let layout = try ImageLayout(creating: folder.path.appending("source"))
        try await OddImages.sameLayers.make(in: layout)
        let image = try #require(try layout.resolve("sameLayers"))
        let bytes = try layout.bytes(of: image, limitBytes: 1 << 20)
        let name = Digest(of: bytes, algorithm: .sha512)
        let long = Descriptor(mediaType: .ociManifest, digest: name, size: image.size)
        try await layout.write(long, from: .bytes(bytes))
        try await layout.tag(long, as: "long")
        for run in 1...2 {
            try await Peers.withDockerRegistry(in: folder.path) { address in
                let push = try await stet("push", "oci:\(folder.path)/source:long", "\(address)/app:1")
                #expect(push.status == 0, "\(push)")
                #expect(push.errors.contains("already published") == (run == 2), "\(push)")
                #expect(try await digest("\(address)/app:1") == "\(image.digest)")
            }
        }
    }
}
