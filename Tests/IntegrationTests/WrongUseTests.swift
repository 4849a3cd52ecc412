// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// What the commands that move images say to those who use them wrongly: what, where, and what to do.
@Suite struct WrongUseTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    @Test(arguments: [
        ("push oci:none:1 r.io/b:1", "none is not an OCI image layout"),
        ("push store:none r.io/b:1", "has no image \"docker.io/library/none:latest\"; it has none"),
        ("push app r.io/b:1", "hint: store:NAME is in the local store"),
        ("push ./app r.io/b:1", "oci:DIR, oci-archive:FILE or docker-archive:FILE"),
        ("push /srv/app r.io/b:1", "oci:DIR, oci-archive:FILE or docker-archive:FILE"),
        ("push docker-daemon:app:1 r.io/b:1", "docker-daemon: is not supported; `docker save`"),
        ("push containers-storage:app r.io/b:1", "podman save"),
        ("push dir:a/b/c: r.io/b:1", "dir: is not supported"),
        ("push oci:lay:1 r.io/B:1", "it must be lower-case"),
        ("push oci:lay:1 r.io:99999/b:1", "the port must be a number from 1 to 65535"),
        ("push oci:lay:1 https://r.io/b:1", "it has no scheme"),
        ("push oci:lay:1 https://u:geheim@r.io/b:1", "credentials do not belong in a name"),
        ("push oci:lay:1 u:geheim@r.io/b:1", "use stet login"),
        ("push oci:lay:1 r.io/b:1 --jobs 0", "--jobs must be at least 1"),
        ("push oci:lay:1 r.io/b:1 --also-tag a/b", "invalid tag \"a/b\""),
        ("push oci:lay:1 r.io/b:1 --tags-from /none", "cannot open /none: No such file or directory"),
        ("push oci:lay:1 oci:lay:2", "is not in a registry"),
        ("pull oci:lay:1", "is not in a registry"),
        ("pull r.io/a:1 r.io/b:1", "use stet copy"),
        ("pull r.io/a:1 --platform linux", "it must be like linux/amd64"),
        ("pull r.io/a:1 --all --platform linux/amd64", "--all and --platform exclude each other"),
        ("copy oci-archive:/etc/hostname oci:q:1", "it is no tar file"),
        ("copy docker-archive:/etc/hostname oci:q:1", "it is no tar file"),
        ("copy oci:lay:1 store:", "invalid reference \"\": it is empty"),
        ("copy oci: store:x", "the path is missing"),
        ("inspect --raw --config r.io/a:1", "--raw and --config exclude each other"),
        ("inspect --raw --format json r.io/a:1", "whatever --format says"),
        ("tags r.io/a:1", "it has a tag or a digest"),
        ("delete r.io/a", "say which tag or digest to delete"),
        ("login r.io", "--password-stdin"), ("login r.io --username u", "--password-stdin"),
    ])
    func isToldApartFromWhatFails(arguments: String, words: String) async throws {
        let words = words.replacing("  ", with: " ")
        let result = try await stet.run(arguments.split(separator: " ").map(String.init))
        #expect(result.status == 2 && result.errors.contains(words), "\(arguments): \(result)")
        #expect(result.output.isEmpty && result.errors.hasPrefix("stet: "), "\(arguments): \(result)")
        #expect(!result.errors.contains("geheim") && !result.errors.contains("Error("), "\(result)")
    }

    @Test func anImageOfAnotherPlatformIsNotTakenForTheOneThatWasAskedFor() async throws {
        let built = try await stet(
            "build", "-q", "-t", "r.io/app:1", "--platform", "linux/arm64", "--output",
            "type=oci,dest=\(folder.path)/app.tar", folder.makeContext().string)
        #expect(built.status == 0, "\(built)")
        let source = "oci-archive:\(folder.path)/app.tar"
        for command in [["copy", source, "oci:\(folder.path)/out:1"], ["inspect", source]] {
            let wrong = try await stet.run(command + ["--platform", "linux/amd64"])
            #expect(wrong.status == 1, "\(wrong)")
            #expect(wrong.errors.contains("the image is for linux/arm64, not for linux/amd64"), "\(wrong)")
            #expect(try await stet.run(command + ["--platform", "linux/arm64"]).status == 0)
        }
        #expect(try await stet("copy", "-q", source, "oci:\(folder.path)/out:2").status == 0, "nobody asked")
    }

    @Test func whatIsDamagedIsNotPublishedAndSaidToBeOurs() async throws {
        let (stet, folder) = (stet, folder)
        #expect(try await stet("build", "-q", "-t", "r.io/app:1", folder.makeContext().string).status == 0)
        #expect(try await stet("copy", "-q", "store:r.io/app:1", "oci:\(folder.path)/lay:1").status == 0)
        let blobs = folder.path.pushing("lay/blobs/sha256")
        let sizes = try Folder.names(in: blobs).map { ($0, WholeFile.size(blobs.appending($0)) ?? 0) }
        let largest = try #require(sizes.max { $0.1 < $1.1 })
        var bytes = try WholeFile.read(blobs.appending(largest.0))
        bytes[bytes.count / 2] ^= 1
        try WholeFile.write(bytes, to: blobs.appending(largest.0))
        let words = "the store is damaged: sha256:\(largest.0)"
        try await Peers.withDockerRegistry(in: folder.path) { address in
            for target in [
                "\(address)/app:1", "oci:\(folder.path)/copy:1", "oci-archive:\(folder.path)/a.tar",
            ] {
                let copy = try await stet("copy", "oci:\(folder.path)/lay:1", target)
                #expect(copy.status == 1 && copy.errors.contains(words), "\(target): \(copy)")
            }
            #expect(try await stet("inspect", "\(address)/app:1").status == 1)
        }
        #expect(WholeFile.size(folder.path.appending("a.tar")) == nil)
    }
}
