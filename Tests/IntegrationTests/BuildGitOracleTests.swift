// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

extension BuildOracleTests {
    /// `ADD` of a git repository gives the files that a docker of today takes out of it.
    @Suite(
        .needs(.docker, .dockerDaemon, .dockerBuildx),
        .enabled(if: DockerDaemonTrait.wanted?.isOlder != true, "builders of 2022 add no repositories"))
    struct BuildGitOracleTests {
        /// Two commits on `main`, with `v1` at the first one; `other` is a branch there.
        private static let script = """
            cd "$1" && git init -q -b main work && cd work
            git config user.email nobody@test && git config user.name nobody
            mkdir -p folder/deep && echo top > top.txt && echo in > folder/in.txt
            echo deep > folder/deep/deep.txt && ln -s in.txt folder/link
            printf '#!/bin/sh\\n' > run.sh && chmod 755 run.sh
            git add -A && git commit -qm one && git tag v1 && git tag -am annotated v2 && git branch other
            echo second >> top.txt && git commit -qam two
            git clone -q --bare . ../served.git
            git rev-parse main v1
            """

        @Test func aRepositoryGivesTheFilesOfAnotherBuilder() async throws {
            let folder = try TestFolder()
            let made = try await Program("bash")("-ec", Self.script, "bash", folder.path.string)
            try #require(made.status == 0, "\(made)")
            let commits = made.output.split(separator: "\n").map(String.init)
            let context = folder.path.appending("context")
            try Folder.create(context)
            try await Peers.withGitServer(of: folder.path) { address in
                let repository = "http://\(address)/served.git"
                let lines = [
                    "\(repository)", "\(repository)#v1", "\(repository)#v2:folder", "\(repository)#other",
                    "\(repository)#\(commits[1])", "\(repository)#:folder/deep",
                    "--chown=3:4 --chmod=700 \(repository)#main:folder",
                    "--exclude=*.txt \(repository)", "--checksum=\(commits[0]) \(repository)#main",
                    "--link \(repository)#main:folder", "\(repository)?branch=other&subdir=folder",
                    "\(repository)?tag=v1", "\(repository)?ref=main&checksum=\(commits[0])",
                ].enumerated().map { "ADD \($1) /\($0)/\n" }
                let oracle = ImageOracle(in: folder.path.appending("oracle"))
                let example = ImageOracle.Case(
                    context: context, dockerfile: "FROM scratch\n" + lines.joined())
                let differences = try await oracle.differences(example)
                #expect(differences == [], "by \(oracle.peer)")
            }
        }
    }
}
