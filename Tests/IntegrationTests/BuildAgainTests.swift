// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

extension BuildOracleTests {
    /// Build, change one thing, build again: the second image is the one that another builder makes of the change.
    @Suite struct BuildAgainTests {
        /// In all texts `{n}` is the number of the build: 1, then 2.
        private struct Example {
            let name: String
            let lines: String
            /// The file `src` of the context.
            var source = "same"
            var arguments: [String] = []
            /// The file behind the secret `s`.
            var secret = "same"
            /// The second image is the first one only for who has a cache.
            var needsCache = false
            /// Empty folders of the base that buildah 1.28 removes after it mounted something there, as if it had
            /// made them itself; BuildKit leaves them, as we do.
            var takenByBuildah: [String] = []
        }

        private static let cache = "--mount=type=cache,target=/build"

        private static let examples = [
            Example(
                name: "a file that goes through a cache",
                lines: """
                    RUN --mount=type=bind,target=/src \(cache) cat /src/src > /build/app
                    RUN \(cache) cat /build/app > /app
                    """, source: "version {n}", takenByBuildah: ["build", "src"]),
            Example(
                name: "a stage that fills a cache",
                lines: """
                    FROM base AS filled
                    RUN --mount=type=bind,target=/src \(cache) cat /src/src > /build/app
                    FROM filled
                    RUN \(cache) cat /build/app > /app
                    """, source: "version {n}", takenByBuildah: ["build", "src"]),
            Example(
                name: "the same command twice",
                lines: """
                    RUN \(cache) echo x >> /build/lines; wc -l < /build/lines >> /out
                    RUN \(cache) echo x >> /build/lines; wc -l < /build/lines >> /out
                    """, takenByBuildah: ["build"]),
            Example(
                name: "a build argument", lines: "ARG A\nRUN echo $A > /out",
                arguments: ["--build-arg", "A={n}"]),
            Example(
                name: "a build argument that nothing declares", lines: "RUN echo $A > /out",
                arguments: ["--build-arg", "HTTP_PROXY=http://127.0.0.{n}"]),
            Example(name: "a file", lines: "COPY src /copied\nRUN cat /copied > /out", source: "{n}"),
            Example(
                name: "a file that nobody copies", lines: "COPY bin/busybox /x\nRUN echo 1 > /out",
                source: "{n}"),
            Example(name: "a variable", lines: "ENV A={n}\nRUN echo $A > /out"),
            Example(name: "a command", lines: "RUN echo {n} > /out"),
            Example(
                name: "a secret", lines: "RUN --mount=type=secret,id=s cat /run/secrets/s > /out",
                secret: "{n}", needsCache: true),
        ]

        /// One test for all: buildah's storage takes one build after another.
        @Test func theSecondImageIsThatOfAnotherBuilder() async throws {
            let folder = try TestFolder()
            let oracle = ImageOracle(in: folder.path.appending("oracle"))
            for example in Self.examples where !example.needsCache || oracle.peer != .buildah {
                for number in 1...2 {
                    let given = try self.given(example, number, in: folder)
                    do {
                        let compared = try await oracle.compare(given)
                        let known = oracle.peer == .buildah ? example.takenByBuildah : []
                        #expect(
                            compared.differences == known.map { "\($0): folder 755 0:0 here, nothing there" },
                            "\(example.name), build \(number), by \(oracle.peer)\(compared.log)")
                    } catch {
                        Issue.record("\(example.name), build \(number), by \(oracle.peer): \(error)")
                        // What the second build gives depends on the first.
                        break
                    }
                }
            }
        }

        /// What both builders get, in a context that has changed by then.
        private func given(
            _ example: Example, _ number: Int, in folder: TestFolder
        ) throws -> ImageOracle.Case {
            let fill = { (text: String) in text.replacing("{n}", with: "\(number)") }
            try makeContext(in: folder)
            try folder.write(fill(example.source), "context/src")
            try folder.write(fill(example.secret), "secret")
            // A name of its own for each: what another example left in the cache counts for nobody.
            let lines = fill(example.lines).replacing(
                "type=cache,", with: "type=cache,id=\(example.name.filter(\.isLetter)),")
            let dockerfile = """
                FROM scratch AS base
                COPY root /
                SHELL ["/bin/busybox", "sh", "-c"]
                \(lines.hasPrefix("FROM") ? "" : "FROM base\n")\(lines)

                """
            var given = ImageOracle.Case(
                context: folder.path.appending("context"), dockerfile: dockerfile)
            given.arguments =
                example.arguments.map(fill) + ["--secret", "id=s,src=\(folder.path.appending("secret"))"]
            return given
        }

        /// With all the places that other builders make for their mounts, and leave in the image.
        private func makeContext(in folder: TestFolder) throws {
            let root = folder.path.pushing("context/root")
            guard !Folder.isFolder(root) else { return }
            let busybox = try WholeFile.read("/bin/busybox")
            for name in ["bin", "build", "dev", "etc", "proc", "run/secrets", "src", "sys", "tmp"] {
                try Folder.create(root.pushing(FilePath(name)))
            }
            try Folder.create(folder.path.pushing("context/bin"))
            for file in [root.pushing("bin/busybox"), folder.path.pushing("context/bin/busybox")] {
                try WholeFile.write(busybox, to: file, mode: 0o755)
            }
            for name in ["etc/hostname", "etc/hosts", "etc/resolv.conf", "run/secrets/s"] {
                try folder.write("", "context/root/\(name)")
            }
        }
    }
}
