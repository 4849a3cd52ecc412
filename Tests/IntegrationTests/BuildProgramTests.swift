// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

extension BuildOracleTests {
    /// The programs of `Tests/Programs`, on a Debian that installs its packages while they are built: each image is
    /// that of another builder, and does what it is for.
    ///
    /// `Scripts/debian-root.sh` makes the Debian. Its archive and PyPI are asked.
    @Suite(
        .enabled(
            if: DebianRoot.isThere, "not here: Debian's root file system (Scripts/debian-root.sh makes it)"),
        .timeLimit(.minutes(20)))
    struct BuildProgramTests {
        /// One test for all: buildah's storage takes one build after another.
        @Test func programsAreThoseOfAnotherBuilderAndRun() async throws {
            let folder = try TestFolder()
            try await DebianRoot.withImage(in: folder) { base in
                let oracle = ImageOracle(in: folder.path.appending("oracle"))
                for name in try DockerfileCase.names(in: DockerfileCase.programs) {
                    let program = DockerfileCase(name: name, place: DockerfileCase.programs)
                    let known = try program.knownDifferences(from: oracle.peer)
                    var given = try program.example(
                        in: folder.path.appending("contexts"), base: base, registry: "")
                    given.stetArguments += ["-t", "localhost/\(name):1"]
                    given.mayFailThere = known.contains("does not build there")
                    let compared = try await oracle.compare(given)
                    #expect(
                        compared.differences.sorted() == known.sorted(),
                        "\(name), by \(oracle.peer)\(compared.log)")
                }
                #expect(try await said(by: "c", oracle.stet) == "hello world from C")
                #expect(
                    try await said(by: "python", oracle.stet) == "hello from Python with itsdangerous 2.2.0")
                #expect(
                    try await pages(of: "site", in: folder, oracle.stet) == [
                        "<!doctype html><title>one</title><p>the first page</p>",
                        "<!doctype html><title>two</title><p>the second page</p>",
                    ])
                try await changeTheProgram(of: base, in: folder, oracle.stet)
            }
        }

        // MARK: What they do

        /// What a program writes that is run as its image says.
        private func said(by name: String, _ stet: Program) async throws -> String? {
            let result = try await stet("run", "--cmd", "localhost/\(name):1", "/dev/null")
            #expect(result.status == 0, "\(result)")
            return lines(of: "acb_step_0", in: result).first
        }

        /// What curl gets from a server that is a step of a task, by the port that the step publishes.
        private func pages(of name: String, in folder: TestFolder, _ stet: Program) async throws -> [String] {
            try folder.write(
                """
                steps:
                - {id: pipe, cmd: localhost/debian:12 mkfifo end}
                - {id: web, cmd: "localhost/\(name):1", ports: ["8080"], detach: true}
                - {id: wait, cmd: localhost/debian:12 cat end}

                """, "work/task.yaml")
            let script = """
                mkfifo "$0/errors"; cd "$0/work"; "$@" 2>"$0/errors" & pid=$!
                while read -r line; do echo "$line" >&2; case "$line" in
                  *"leads to port 8080/tcp"*) a=${line% leads*}; address=${a##* } ;;
                  "[wait] cmd started"*)
                    curl -sS --retry 9 --retry-connrefused "http://$address/" "http://$address/two.html"
                    echo > "$0/work/end" ;;
                esac; done <"$0/errors"
                wait $pid
                """
            var shell = Program("bash")
            shell.environment = stet.environment
            let result = try await shell.run([
                "-c", script, folder.path.string, Program.stetPath.string, "run", "-f", "task.yaml",
                "--in-place", ".",
            ])
            #expect(result.status == 0, "\(result)")
            return result.output.split(separator: "\n").map(String.init)
        }

        /// Another text of the C program installs no compiler.
        private func changeTheProgram(of base: String, in folder: TestFolder, _ stet: Program) async throws {
            let context = folder.path.pushing("contexts/c").string
            let source = try folder.text("contexts/c/hello.c")
            try folder.write(source.replacing("hello", with: "hello again"), "contexts/c/hello.c")
            let built = try await stet(
                "build", "--progress", "plain", "-t", "localhost/c:1", "--build-arg", "BASE=\(base)", context)
            #expect(built.status == 0, "\(built)")
            let log = built.errors.split(separator: "\n")
            let installing = try #require(log.firstIndex { $0.contains("RUN apt-get update") })
            #expect(log[installing + 1].hasSuffix(" CACHED"), "\(built)")
            #expect(try await said(by: "c", stet) == "hello again world from C")
        }

        private func lines(of step: String, in result: ProgramResult) -> [String] {
            let prefix = "[\(step)] "
            return result.errors.split(separator: "\n")
                .filter { $0.hasPrefix(prefix) && !$0.hasPrefix("\(prefix)cmd ") }
                .map { String($0.dropFirst(prefix.count)) }
        }
    }
}
