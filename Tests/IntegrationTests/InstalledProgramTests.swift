// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// Programs as people build them, on an image of Debian packages that this machine has: no archive is asked.
///
/// What `apt-get install` does inside a build is in ``BuildProgramTests``.
@Suite struct InstalledProgramTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path.appending("home")) }

    /// Makes `localhost/debian:12` of a compiler and of Python, with all that they need.
    private func makeBase() async throws {
        try folder.write("FROM scratch\nCOPY root /\n", "base/Dockerfile")
        let copied = try await Program("bash")(
            "-c",
            """
            set -eo pipefail
            without=(--no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances)
            packages=$(apt-cache depends --recurse --installed "${without[@]}" dash coreutils gcc libc6-dev python3 \\
                python3-pip python3-setuptools | grep '^[a-z0-9]' | sort -u)
            mkdir "$0"
            {
                printf '%s\\n' bin sbin lib lib64 usr/bin/sh
                (dpkg-query -L $packages 2> /dev/null || true) | sed -nE \\
                    's#^/(bin|sbin|lib|lib64)/#/usr/\\1/#; s#^/(usr/.)#\\1#p; s#^/(etc/.)#\\1#p' |
                    grep -v ^usr/share/doc | sort -u
            } | tar -C / -c --no-recursion --ignore-failed-read -T - | tar -C "$0" -x
            """, folder.path.pushing("base/root").string)
        #expect(copied.status == 0, "\(copied)")
        let built = try await stet(
            "build", "-q", "-t", "localhost/debian:12", folder.path.appending("base").string)
        #expect(built.status == 0, "\(built)")
    }

    /// Builds, and reads what the program said.
    private func said(_ dockerfile: String, _ context: String) async throws -> String {
        try folder.write(dockerfile, "\(context)/Dockerfile")
        let files = folder.path.appending("\(context)-files").string
        let built = try await stet("build", "-o", files, folder.path.appending(context).string)
        #expect(built.status == 0, "\(built)")
        return try folder.text("\(context)-files/said")
    }

    @Test func aCompilerAndAPythonProgramAreBuilt() async throws {
        try await makeBase()
        try folder.write("#include <stdio.h>\nint main(void) { puts(\"hello from C\"); }\n", "c/hello.c")
        let compiled = """
            FROM localhost/debian:12 AS build
            WORKDIR /src
            COPY hello.c .
            RUN gcc -O2 -static -o /hello hello.c && /hello > /said
            FROM scratch
            COPY --from=build /hello /said /
            ENTRYPOINT ["/hello"]
            """
        #expect(try await said(compiled, "c") == "hello from C\n")
        try folder.write("def main():\n    print('hello from Python')\n", "python/greet.py")
        try folder.write(
            """
            from setuptools import setup
            setup(name="greet", version="1", py_modules=["greet"],
                  entry_points={"console_scripts": ["greet=greet:main"]})
            """, "python/setup.py")
        let python = """
            FROM localhost/debian:12
            WORKDIR /app
            COPY . .
            RUN --mount=type=cache,target=/root/.cache/pip \\
                pip3 install --break-system-packages --no-build-isolation --no-index .
            RUN greet > /said
            CMD ["greet"]
            """
        #expect(try await said(python, "python") == "hello from Python\n")
    }
}
