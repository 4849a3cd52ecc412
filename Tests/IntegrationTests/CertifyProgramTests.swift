// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// The programs that `stet certify` runs: the operator's own, and real clients.
@Suite struct CertifyProgramTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func stet(_ variables: [String: String] = [:]) -> Program {
        var stet = Program.stet(home: folder.path)
        stet.environment.merge(variables) { $1 }
        return stet
    }

    private func script(_ text: String, _ name: String) throws -> String {
        try folder.write("#!/bin/sh\n\(text)", name)
        let path = folder.path.pushing(FilePath(name)).string
        try #require(chmod(path, 0o755) == 0)
        return path
    }

    private static let onePush = ["--only", "first-push", "--flows", "oci-monolithic"]

    @Test func aSetupProgramThatIsGivenAsAPathPreparesTheRegistry() async throws {
        let log = folder.path.appending("log").string
        let program = try script(
            """
            echo "$@" >> \(log)
            case $1 in prepare) echo "immutable team/frozen"; echo "mutable team/open"; sleep 5 & ;; esac
            """, "bin setup/prepare.sh")
        let stet = stet(["STET_SETUP_PROGRAM": program])
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await stet.run(["certify", registry, "--setup", "exec"] + Self.onePush)
        }
        #expect(result.output.contains("passed       first-push"), "\(result)")
        let calls = try folder.text("log").split(separator: "\n").map { $0.split(separator: " ") }
        #expect(calls.map(\.[0]) == ["prepare", "repository", "restore"], "\(calls)")
        #expect(calls[1][1] == "immutable" && calls[1][2].hasPrefix("team/frozen/"), "\(calls)")
    }

    @Test(
        "a program that is not there is named before the run",
        arguments: [
            (["--hooks", "/nowhere/hook"], "", "--hooks: there is no file /nowhere/hook"),
            (["--hooks", "no-such-hook"], "", "--hooks: there is no program no-such-hook on PATH"),
            (["--setup", "exec"], "/nowhere/setup", "$STET_SETUP_PROGRAM: there is no file /nowhere/setup"),
            (["--setup", "exec"], "/etc/passwd", "/etc/passwd is no program that can be run"),
            (["--setup", "exec"], "no-such-setup", "there is no program no-such-setup on PATH"),
        ])
    func missingProgram(arguments: [String], program: String, message: String) async throws {
        let stet = stet(["STET_SETUP_PROGRAM": program])
        let result = try await stet.run(["certify", "127.0.0.1:9"] + arguments)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
    }

    @Test func aClientThatIsNamedAndNotInstalledIsNamedBeforeTheRun() async throws {
        let stet = stet(["PATH": folder.path.string])
        let result = try await stet("certify", "127.0.0.1:9", "--clients", "skopeo")
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("--clients skopeo: there is no program skopeo on PATH"), "\(result)")
    }

    @Test func aClientThatBreaksOffByItselfProvesNothing() async throws {
        _ = try script(
            """
            if [ -e \(folder.path.string)/pushed ]; then echo "FATA cannot allocate memory"; exit 1; fi
            touch \(folder.path.string)/pushed
            PATH=${PATH#*:} exec skopeo "$@"
            """, "bin/skopeo")
        var stet = stet()
        let path = String(cString: getenv("PATH"))
        stet.environment["PATH"] = "\(folder.path.string)/bin:\(path)"
        let client = stet
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await client.run(["certify", registry, "--clients", "skopeo"] + Self.onePush)
        }
        #expect(result.output.contains("inconclusive client-skopeo"), "\(result)")
        #expect(result.output.contains("it never sent its manifest, so nothing was refused"), "\(result)")
    }

    /// The child of a program that hangs is ended with it, and what it has prepared is put back.
    @Test func anInterruptedRunEndsAProgramThatHangsWithItsChildren() async throws {
        let (child, log) = (folder.path.appending("child").string, folder.path.appending("log").string)
        let program = try script(
            """
            echo "$1" >> \(log)
            [ "$1" = prepare ] || exit 0
            trap '' TERM
            sleep 1000 & echo $! > \(child)
            while [ ! -s \(folder.path.string)/pid ]; do sleep 0.05; done
            kill -INT $(cat \(folder.path.string)/pid)
            wait
            """, "setup.sh")
        var bash = Program("bash")
        bash.environment = stet(["STET_SETUP_PROGRAM": program]).environment
        // With job control, so that the signal is not ignored.
        let command = #""$0" "${@:2}" & echo $! > "$1"; wait $!"#
        let caller = bash
        let stet = Program.stetPath.string
        let pid = folder.path.appending("pid").string
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await caller.run(
                ["-mc", command, stet, pid, "certify", registry, "--setup", "exec"] + Self.onePush)
        }
        #expect(result.status == 130 || result.status == 3, "\(result)")
        let number = try folder.text("child").filter(\.isNumber)
        let processes = try await Program("ps")("-o", "stat=", "-p", number)
        #expect(processes.output.isEmpty || processes.output.hasPrefix("Z"), "the child goes on")
        #expect(try folder.text("log") == "prepare\nrestore\n")
    }
}
