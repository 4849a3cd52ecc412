// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Programs as people build them, on a Debian root file system that installs its packages while it builds.
///
/// Needs root, debootstrap, Debian's archive and two minutes: only with `STET_SLOW_TESTS=1`.
@Suite(.enabled(if: getenv("STET_SLOW_TESTS") != nil)) struct BuildProgramTests {
    private func stet(_ folder: TestFolder) -> Program {
        Program.stet(home: folder.path.appending("home"))
    }

    /// Makes `localhost/debian:12` in the store of the test.
    private func makeDebian(in folder: TestFolder) async throws {
        let root = folder.path.appending("debian")
        let made = try await Program("debootstrap")(
            "--variant=minbase", "bookworm", root.appending("root").string, "http://deb.debian.org/debian")
        #expect(made.status == 0, "\(made)")
        try folder.write("FROM scratch\nCOPY root /\nCMD [\"bash\"]\n", "debian/Dockerfile")
        let built = try await stet(folder)("build", "-q", "-t", "localhost/debian:12", root.string)
        #expect(built.status == 0, "\(built)")
    }

    private static let compiled = """
        FROM localhost/debian:12 AS build
        RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
        WORKDIR /src
        COPY hello.c .
        RUN gcc -O2 -static -o /hello hello.c && /hello > /said
        FROM scratch
        COPY --from=build /hello /said /
        ENTRYPOINT ["/hello"]
        """

    private static let python = """
        FROM localhost/debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends python3-pip
        WORKDIR /app
        COPY . .
        RUN --mount=type=cache,target=/root/.cache/pip \\
            pip install --break-system-packages --no-build-isolation --no-index .
        RUN greet > /said
        CMD ["greet"]
        """

    private static let site = """
        FROM localhost/debian:12 AS pages
        WORKDIR /pages
        RUN <<EOF
        for page in one two; do
            echo "<h1>$page</h1>" > $page.html
        done
        EOF
        FROM scratch
        COPY --from=pages --chown=33:33 --chmod=644 /pages/ /var/www/
        """

    @Test func aCompilerAPythonProgramAndASiteAreBuilt() async throws {
        let folder = try TestFolder()
        try await makeDebian(in: folder)
        try folder.write("#include <stdio.h>\nint main(void) { puts(\"hello from C\"); }\n", "c/hello.c")
        #expect(try await said(Self.compiled, "c", "said", in: folder) == "hello from C\n")
        try await rebuild(in: folder)
        try folder.write("def main():\n    print('hello from Python')\n", "python/greet.py")
        try folder.write(
            """
            from setuptools import setup
            setup(name="greet", version="1", py_modules=["greet"],
                  entry_points={"console_scripts": ["greet=greet:main"]})
            """, "python/setup.py")
        #expect(try await said(Self.python, "python", "said", in: folder) == "hello from Python\n")
        try folder.write("", "site/.dockerignore")
        #expect(try await said(Self.site, "site", "var/www/two.html", in: folder) == "<h1>two</h1>\n")
    }

    /// Builds the C program again: as it was, and with another text, which installs no compiler.
    private func rebuild(in folder: TestFolder) async throws {
        let context = folder.path.appending("c").string
        let first = try await stet(folder)("build", "-q", context)
        let second = try await stet(folder)("build", "-q", context)
        #expect(first.status == 0 && first.output == second.output, "\(second)")
        try folder.write("#include <stdio.h>\nint main(void) { puts(\"hello again\"); }\n", "c/hello.c")
        let changed = try await stet(folder)("build", "--progress", "plain", context)
        #expect(changed.status == 0 && changed.output != first.output, "\(changed)")
        let lines = changed.errors.split(separator: "\n")
        let installing = try #require(lines.firstIndex { $0.contains("RUN apt-get update") })
        #expect(lines[installing + 1].hasSuffix(" CACHED"), "\(changed)")
        #expect(try await said(Self.compiled, "c", "said", in: folder) == "hello again\n")
    }

    /// Builds, and reads a file of the image.
    private func said(
        _ dockerfile: String, _ context: String, _ file: String, in folder: TestFolder
    ) async throws -> String {
        try folder.write(dockerfile, "\(context)/Dockerfile")
        let files = folder.path.appending("\(context)-files").string
        let built = try await stet(folder)("build", "-o", files, folder.path.appending(context).string)
        #expect(built.status == 0, "\(built)")
        return try folder.text("\(context)-files/\(file)")
    }
}
