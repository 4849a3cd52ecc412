// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage
import Testing

/// Contexts and base images of people who mean no good.
@Suite struct BuildInputTests {
    /// Links of the context that lead out of it, and who copies them.
    @Test(arguments: ["COPY absolute /x", "COPY relative /x", "ADD absolute /x", "COPY folder/hosts /x"])
    func aLinkThatLeavesTheContextIsNotFollowed(_ line: String) async throws {
        let folder = try TestFolder()
        let context = folder.path.appending("context")
        try folder.write("FROM scratch\n\(line)\n", "context/Dockerfile")
        for (name, target) in [
            ("absolute", "/etc/passwd"), ("relative", "../../../../../../etc/passwd"), ("folder", "/etc"),
        ] {
            #expect(symlink(target, context.appending(name).string) == 0)
        }
        let result = try await Program.stet(home: folder.path.appending("home"))("build", context.string)
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains("not in the build context"), "\(result)")
        #expect(!result.errors.contains("root:"))
    }

    /// What is wrong with a base image, and what is said.
    enum Trick: String, CaseIterable {
        case lyingDiffID, parentName, absoluteName, linkOutside

        /// What makes GNU tar write the name of the file `evil`.
        var transformation: String {
            switch self {
            case .lyingDiffID: "s,^evil,ok,"
            case .parentName: "s,^evil,../../../../../../tmp/\(Self.mark),"
            case .absoluteName: "s,^evil,/tmp/\(Self.mark),"
            case .linkOutside: "s,^evil,out/\(Self.mark),"
            }
        }

        var message: String? {
            switch self {
            case .lyingDiffID: "diffID"
            case .parentName: "is refused: the name contains \"..\""
            case .absoluteName: "is refused: the name is absolute"
            case .linkOutside: nil
            }
        }

        static let mark = "stet-escaped-from-a-layer"
    }

    @Test(
        arguments: Trick.allCases,
        ["FROM base\nRUN :", "FROM base\nCOPY f /x", "FROM scratch\nCOPY --from=base / /x"])
    func aBaseThatLiesIsBlamedAndTouchesNothing(_ trick: Trick, _ lines: String) async throws {
        let folder = try TestFolder()
        let layout = try await makeLayout(trick, in: folder)
        try folder.write(
            lines.replacing("RUN :", with: "SHELL [\"/busybox\", \"sh\", \"-c\"]\nRUN :"),
            "context/Dockerfile")
        try folder.write("f", "context/f")
        let stet = Program.stet(home: folder.path.appending("home"))
        let result = try await stet(
            "build", "--build-context", "base=oci-layout://\(layout)",
            folder.path.appending("context").string)
        if let message = trick.message {
            #expect(result.status == 1 && result.output == "", "\(result)")
            #expect(result.errors.contains(message), "\(result)")
            let name = lines.contains("--from") ? "Dockerfile:2:13: error: " : "Dockerfile:1:6: error: "
            #expect(result.errors.contains(name), "\(result)")
        } else {
            #expect(result.status == 0, "\(result)")
        }
        #expect(WholeFile.size(FilePath("/tmp/\(Trick.mark)")) == nil)
        #expect(WholeFile.size(folder.path.appending("outside").appending(Trick.mark)) == nil)
        #expect(try await stet("store", "check").status == 0)
        let work = folder.path.pushing("home/data/stet/rootfs/work")
        let left = Folder.isFolder(work) ? try Folder.names(in: work) : []
        #expect(left.isEmpty)
        // The machine still builds.
        try folder.write("FROM scratch\nCOPY f /\n", "context/Dockerfile")
        #expect(try await stet("build", folder.path.appending("context").string).status == 0)
    }

    /// An image layout whose only layer has busybox, a link out of the image and what `trick` says.
    private func makeLayout(_ trick: Trick, in folder: TestFolder) async throws -> FilePath {
        try Folder.create(folder.path.appending("outside"))
        try folder.write("evil", "files/evil")
        let files = folder.path.appending("files")
        try WholeFile.write(WholeFile.read("/bin/busybox"), to: files.appending("busybox"), mode: 0o755)
        #expect(symlink(folder.path.appending("outside").string, files.appending("out").string) == 0)
        let tar = folder.path.appending("layer.tar")
        let made = try await Program("tar")(
            "-C", files.string, "-P", "--transform", trick.transformation, "-cf", tar.string, "busybox",
            "out", "evil")
        #expect(made.status == 0, "\(made)")

        let layout = folder.path.appending("layout")
        let bytes = try WholeFile.read(tar)
        let layer = try add(bytes, "application/vnd.oci.image.layer.v1.tar", to: layout)
        let diffID = trick == .lyingDiffID ? Digest(of: [1]) : Digest(of: bytes)
        let config = try add(
            Array(
                """
                {"architecture":"\(Platform.host.architecture)","os":"linux","config":{},
                 "rootfs":{"type":"layers","diff_ids":["\(diffID)"]}}
                """.utf8), "application/vnd.oci.image.config.v1+json", to: layout)
        let manifest = try add(
            Array("{\"schemaVersion\":2,\"config\":\(config),\"layers\":[\(layer)]}".utf8),
            "application/vnd.oci.image.manifest.v1+json", to: layout)
        try folder.write("{\"schemaVersion\":2,\"manifests\":[\(manifest)]}", "layout/index.json")
        try folder.write("{\"imageLayoutVersion\":\"1.0.0\"}", "layout/oci-layout")
        return layout
    }

    /// - Returns: The descriptor as JSON.
    private func add(_ bytes: [UInt8], _ mediaType: String, to layout: FilePath) throws -> String {
        let digest = Digest(of: bytes)
        let blobs = layout.pushing("blobs/sha256")
        try Folder.create(blobs)
        try WholeFile.write(bytes, to: blobs.appending(digest.encoded))
        return "{\"mediaType\":\"\(mediaType)\",\"digest\":\"\(digest)\",\"size\":\(bytes.count)}"
    }
}
