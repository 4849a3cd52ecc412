// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A folder of a test's own, removed when the test is over.
final class TestFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("/tmp/stet-integration-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(path)
    }

    deinit { try? Folder.remove(path) }

    func write(_ text: String, _ name: String) throws {
        let file = path.pushing(FilePath(name))
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: file)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try WholeFile.read(path.pushing(FilePath(name))), as: UTF8.self)
    }

    /// A build context: a static program, a script, files, a link.
    func makeContext(_ greeting: String = "hello") throws -> FilePath {
        try write(
            """
            FROM scratch
            COPY --chmod=755 bin/busybox /bin/
            COPY files/ /usr/share/app/
            ENV GREETING=hello
            LABEL org.opencontainers.image.title=app
            WORKDIR /usr/share/app
            USER 1000:1000
            ENTRYPOINT ["/bin/busybox"]
            CMD ["cat", "greeting.txt"]
            """, "context/Dockerfile")
        try write(greeting, "context/files/greeting.txt")
        try write("äöü", "context/files/nested/ümlaut.txt")
        try write("ignored", "context/ignored.log")
        try write("*.log\n", "context/.dockerignore")
        try write(
            """
            version: v1.1.0
            steps:
              - id: build
                build: -t $Registry/team/app:$ID .
              - id: push
                push: ["$Registry/team/app:$ID"]
            """, "context/task.yaml")
        let context = path.appending("context")
        try Folder.create(context.appending("bin"))
        let busybox = try WholeFile.read("/bin/busybox")
        try WholeFile.write(busybox, to: context.appending("bin/busybox"), mode: 0o755)
        if WholeFile.size(context.appending("files/link")) == nil {
            guard symlink("greeting.txt", context.appending("files/link").string) == 0 else {
                throw FileError("link", context.appending("files/link"), .current)
            }
        }
        return context
    }
}
