// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

/// Corners of builds that only the whole command shows.
@Suite struct BuildCornerTests {
    private let folder: TestFolder
    private let stet: Program

    init() throws {
        folder = try TestFolder()
        stet = Program.stet(home: folder.path)
    }

    private var context: String { folder.path.appending("context").string }

    @Test func withSeveralPlatformsEachStepShowsItsOwn() async throws {
        try folder.write("one\n", "context/one.txt")
        try folder.write(
            """
            FROM --platform=linux/amd64 scratch AS tools
            COPY one.txt /
            FROM scratch
            COPY --from=tools /one.txt /
            """, "context/Dockerfile")
        let platforms = ["--platform", "linux/amd64,linux/arm64/v8"]
        let several = try await stet.run(["build", "--progress", "plain"] + platforms + [context])
        #expect(several.status == 0, "\(several)")
        for words in [
            "[linux/amd64 tools 1/2] FROM scratch", "[linux/amd64 stage-1 1/2] FROM scratch",
            "[linux/amd64->arm64 tools 2/2] COPY one.txt /", "[linux/arm64 stage-1 1/2] FROM scratch",
            "[linux/arm64 stage-1 2/2] COPY --from=tools /one.txt /",
        ] {
            #expect(several.errors.contains(words), "\(words): \(several)")
        }
    }

    @Test func aStageIsShownWithTheNameOfItsBase() async throws {
        try folder.write("FROM scratch AS a\nLABEL x=1\nFROM a\nLABEL y=1\n", "context/Dockerfile")
        let built = try await stet("build", "--progress", "plain", context)
        #expect(built.status == 0, "\(built)")
        #expect(built.errors.contains("] FROM a\n"), "\(built)")
    }

    /// As a program of the shell's sees it: a here-document with a blank behind its mark, and a name that is not UTF-8.
    @Test(.enabled(if: geteuid() == 0)) func aCommandMakesNamesOfAnyBytes() async throws {
        let context = try folder.makeContext()
        try folder.write(
            """
            FROM scratch AS base
            COPY bin /bin
            SHELL ["/bin/busybox", "sh", "-c"]
            RUN << EOF
            /bin/busybox mkdir /odd
            /bin/busybox touch "/odd/$(/bin/busybox printf 'd\\376')"
            EOF
            RUN /bin/busybox cat << 'EOF' > /text
            $x
            EOF
            FROM scratch
            COPY --from=base /odd /text /p/
            """, "context/Dockerfile")
        let tar = folder.path.appending("files.tar").string
        let built = try await stet("build", "-o", "type=tar,dest=\(tar)", context.string)
        #expect(built.status == 0, "\(built)")
        let listing = try await Program("tar")("-tf", tar).output
        #expect(listing.split(separator: "\n").contains(#"p/d\376"#), "\(listing)")
        #expect(try await Program("tar")("-xOf", tar, "p/text").output == "$x\n")
    }
}
