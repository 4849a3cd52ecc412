// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// Images between us, skopeo, umoci and docker-registry.
@Suite struct SkopeoTests {
    private let folder: TestFolder
    private let skopeo = Program("skopeo")

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    /// Mode, type, link target, size and checksum of everything under a folder, one line each.
    private func tree(_ root: FilePath) async throws -> String {
        let script = """
            cd "$1" && find . -mindepth 1 -printf '%P %y %m %l\\n' | LC_ALL=C sort && \
            find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
            """
        let result = try await Program("bash")("-c", script, "tree", root.string)
        #expect(result.status == 0, "\(result)")
        return result.output
    }

    /// Unpacks an image of a layout as umoci does.
    private func unpack(_ layout: FilePath, _ name: String, to bundle: String) async throws -> FilePath {
        let target = folder.path.appending(bundle)
        let result = try await Program("umoci")(
            "unpack", "--rootless", "--image", "\(layout):\(name)", target.string)
        #expect(result.status == 0, "\(result)")
        return target.appending("rootfs")
    }

    @Test func whatWePushSkopeoCopiesOutAndUmociUnpacks() async throws {
        let (folder, stet, skopeo) = (folder, stet, skopeo)
        let context = try folder.makeContext()
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let run = try await stet.run([
                "run", "-f", context.appending("task.yaml").string, "--registry", registry, "--id", "1",
                context.string,
            ])
            #expect(run.status == 0, "\(run)")
            let copy = try await skopeo(
                "copy", "--src-tls-verify=false", "docker://\(registry)/team/app:1",
                "oci:\(folder.path)/out:1")
            #expect(copy.status == 0, "\(copy)")
        }
        let unpacked = try await unpack(folder.path.appending("out"), "1", to: "bundle")
        let files = try await tree(unpacked.pushing("usr/share/app"))
        #expect(try await tree(context.appending("files")) == files)
        #expect(try Folder.names(in: unpacked) == ["bin", "usr"])
        #expect(try WholeFile.read(unpacked.pushing("bin/busybox")) == WholeFile.read("/bin/busybox"))
    }

    @Test func whatSkopeoPushesWePullAndUmociUnpacksTheSameTree() async throws {
        let (folder, stet, skopeo) = (folder, stet, skopeo)
        let context = try folder.makeContext()
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        let store = folder.path.pushing("data/stet/store")
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let push = try await skopeo(
                "copy", "--dest-tls-verify=false", "oci:\(store):r.io/app:1", "docker://\(registry)/app:1")
            #expect(push.status == 0, "\(push)")
            let pull = try await stet("pull", "\(registry)/app:1", "oci:\(folder.path)/in:1")
            #expect(pull.status == 0, "\(pull)")
        }
        let unpacked = try await unpack(folder.path.appending("in"), "1", to: "bundle")
        let files = try await tree(unpacked.pushing("usr/share/app"))
        #expect(try await tree(context.appending("files")) == files)
    }

    @Test func skopeosSecondPushIsRefusedAndShowsOurMessage() async throws {
        let (folder, stet, skopeo) = (folder, stet, skopeo)
        let context = try folder.makeContext("first")
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        _ = try folder.makeContext("second")
        #expect(try await stet("build", "-t", "r.io/app:2", context.string).status == 0)
        let store = folder.path.pushing("data/stet/store")
        try await Peers.withStetServe(in: folder.path) { registry in
            for (image, flags, isAccepted) in [
                ("r.io/app:1", [String](), true), ("r.io/app:2", [], false),
                ("r.io/app:2", ["--format", "v2s2"], false), ("r.io/app:1", [], false),
            ] {
                let push = try await skopeo.run(
                    ["copy", "--dest-tls-verify=false"] + flags
                        + ["oci:\(store):\(image)", "docker://\(registry)/team/app:1.0"])
                #expect((push.status == 0) == isAccepted, "\(push)")
                if !isAccepted {
                    #expect(push.errors.contains("immutable tag: team/app:1.0 already exists"), "\(push)")
                }
            }
            let inspect = try await skopeo(
                "inspect", "--tls-verify=false", "--format", "{{.Digest}}",
                "docker://\(registry)/team/app:1.0")
            let own = try await stet("pull", "\(registry)/team/app:1.0", "oci:\(folder.path)/back:1")
            #expect(inspect.status == 0 && inspect.output == own.output, "\(inspect) \(own)")
        }
    }

    @Test func anImageOfSkopeoIsABase() async throws {
        let (folder, stet, skopeo) = (folder, stet, skopeo)
        let context = try folder.makeContext()
        #expect(try await stet("build", "-t", "r.io/base:1", context.string).status == 0)
        let store = folder.path.pushing("data/stet/store")
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let push = try await skopeo(
                "copy", "--dest-tls-verify=false", "--format", "v2s2", "oci:\(store):r.io/base:1",
                "docker://\(registry)/base:1")
            #expect(push.status == 0, "\(push)")
            try folder.write(
                "FROM \(registry)/base:1\nCOPY new.txt /usr/share/app/\nCOPY --from=\(registry)/base:1 /bin/busybox /bin/sh\n",
                "derived/Dockerfile")
            try folder.write("new", "derived/new.txt")
            let build = try await stet(
                "build", "-t", "r.io/derived:1", folder.path.appending("derived").string)
            #expect(build.status == 0, "\(build)")
        }
        let unpacked = try await unpack(store, "r.io/derived:1", to: "bundle")
        #expect(
            try Folder.names(in: unpacked.pushing("usr/share/app")) == [
                "greeting.txt", "link", "nested", "new.txt",
            ])
        #expect(WholeFile.size(unpacked.pushing("bin/sh")) == WholeFile.size("/bin/busybox"))
    }
}
