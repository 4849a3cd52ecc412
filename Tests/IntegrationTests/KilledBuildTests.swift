// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ScriptedHTTP
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// `stet build` is killed with nobody there to tidy up after it, and run again.
@Suite struct KilledBuildTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }
    private var context: FilePath { folder.path.appending("context") }
    private var store: FilePath { folder.path.pushing("data/stet/store") }

    /// Kills a build when a line of its errors has `mark`.
    private func kill(_ arguments: [String], at mark: String) async throws {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in stet.environment {
            if let key = Environment.Key(rawValue: name) { updates[key] = value }
        }
        let outcome = try await Subprocess.run(
            stet.executable, arguments: Arguments(["build", "--progress", "plain"] + arguments),
            environment: .inherit.updating(updates), input: .none, output: .discarded, error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() where line.contains(mark) {
                try execution.send(signal: .kill)
            }
        }
        #expect(outcome.terminationStatus == .signaled(SIGKILL))
    }

    /// What is in the store's folder for unfinished things.
    private func unfinished() throws -> [String] { try Folder.names(in: store.appending(".tmp")) }

    @Test func theNextBuildTidiesUpAfterThoseKilledWhileTheyCopied() async throws {
        try folder.write("FROM scratch AS big\nCOPY big /\n", "context/Dockerfile")
        try await folder.makeNoise("context/big", megabytes: 60)
        for _ in 0..<3 { try await kill(["--no-cache", context.string], at: "FROM scratch") }
        #expect(try unfinished().contains { $0.hasPrefix(".build-") })
        let next = try await stet("build", "-q", context.string)
        #expect(next.status == 0, "\(next)")
        #expect(try unfinished() == [])
    }

    @Test func whatAKilledBuildLeavesIsCountedByAPrune() async throws {
        try folder.write("FROM scratch\nCOPY big /\n", "context/Dockerfile")
        try await folder.makeNoise("context/big", megabytes: 60)
        try await kill(["--no-cache", context.string], at: "FROM scratch")
        let dry = try await stet("store", "prune", "--dry-run")
        #expect(dry.errors.contains("1 leftovers") && !dry.errors.contains(", 0 B"), "\(dry)")
        #expect(try await stet("store", "prune").status == 0)
        #expect(try unfinished() == [])
    }

    @Test func aPullThatIsKilledLeavesNothing() async throws {
        try folder.write("FROM scratch\nCOPY noise /\n", "context/Dockerfile")
        try await folder.makeNoise("context/noise", megabytes: 8)
        let (folder, stet) = (folder, stet)
        try await Peers.withDockerRegistry(in: folder.path) { address in
            let base = try await stet("build", "-t", "\(address)/base:1", "--push", context.string)
            #expect(base.status == 0, "\(base)")
            let server = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
            let victim = folder.path.appending("victim")
            // Half of a layer has come when the registry hangs up; the build dies when it asks again.
            let asked = Mutex(0)
            let proxy = try FaultProxy(before: server) { line in
                guard line.hasPrefix("GET "), line.contains("/blobs/") else { return nil }
                let number = asked.withLock { count in
                    count += 1
                    return count
                }
                guard number > 2 else { return .breaksInAnswerBody }
                let text = (try? WholeFile.read(victim)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                if let process = pid_t(text.filter(\.isNumber)) { Glibc.kill(process, SIGKILL) }
                return .dropsRequest
            }
            let home = folder.path.appending("elsewhere")
            try folder.write("FROM \(proxy.address)/base:1\nLABEL a=b\n", "next/Dockerfile")
            var shell = Program("sh")
            shell.environment = Program.stet(home: home).environment
            let next = folder.path.appending("next")
            let killed = try await shell(
                "-c", "echo $$ > '\(victim)'; exec '\(Program.stetPath)' build '\(next)'")
            #expect(killed.status == 128 + SIGKILL, "\(killed) \(proxy.lines)")
            let unfinished = home.pushing("data/stet/store/.tmp")
            #expect(try Folder.names(in: unfinished).allSatisfy { $0.hasPrefix(".build-") })
            try folder.write("FROM \(address)/base:1\nLABEL a=b\n", "next/Dockerfile")
            let again = try await Program.stet(home: home)("build", "-q", next.string)
            #expect(again.status == 0, "\(again)")
            #expect(try Folder.names(in: unfinished) == [])
        }
    }

    @Test(arguments: ["oci", "docker", "tar"])
    func anExportThatIsKilledLeavesNothingBesideItsFile(_ type: String) async throws {
        try folder.write("FROM scratch\nCOPY big /\n", "context/Dockerfile")
        try await folder.makeNoise("context/big", megabytes: 100)
        #expect(try await stet("build", "-q", context.string).status == 0)
        let out = folder.path.appending("out")
        try Folder.create(out)
        let export = ["--output", "type=\(type),dest=\(out.appending("image.tar"))", context.string]
        for _ in 0..<2 { try await kill(export, at: "COPY big") }
        // Layers that are unpacked for an archive lie beside it: the next one takes them away.
        if type != "docker" {
            #expect(try Folder.names(in: out).allSatisfy { $0 == "image.tar" })
        }
        let next = try await stet.run(["build", "-q"] + export)
        #expect(next.status == 0, "\(next)")
        #expect(try Folder.names(in: out) == ["image.tar"])
        #expect(try unfinished() == [])
    }

    /// The command dies when the server is asked; what it had of the context goes with the next command, whatever that is.
    @Test(arguments: ["build", "run"], ["repository.git", "files.tar"])
    func aContextThatIsFetchedGoesWithTheNextCommand(command: String, file: String) async throws {
        try folder.write("FROM scratch\nLABEL a=b\n", "context/Dockerfile")
        try folder.write("steps:\n- cmd: true\n", "context/acb.yaml")
        let victim = folder.path.appending("victim")
        let server = try ScriptedServer { _ in
            let text = (try? WholeFile.read(victim)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if let process = pid_t(text.filter(\.isNumber)) { Glibc.kill(process, SIGKILL) }
            return nil
        }
        var shell = Program("sh")
        shell.environment = stet.environment
        let address = "http://127.0.0.1:\(server.port)/\(file)"
        let killed = try await shell(
            "-c", "echo $$ > '\(victim)'; exec '\(Program.stetPath)' \(command) '\(address)'")
        #expect(killed.status == 128 + SIGKILL, "\(killed)")
        let contexts = folder.path.pushing("data/stet/contexts")
        #expect(try Folder.names(in: contexts).count == 1)
        let next = try await stet("build", "-q", context.string)
        #expect(next.status == 0, "\(next)")
        #expect(try Folder.names(in: contexts) == [])
    }

    @Test func filesThatAreKilledOnTheirWayGoWithTheNextOutput() async throws {
        try folder.write("FROM scratch\nCOPY big /\n", "context/Dockerfile")
        try await folder.makeNoise("context/big", megabytes: 100)
        #expect(try await stet("build", "-q", context.string).status == 0)
        let out = folder.path.appending("out")
        try Folder.create(out)
        try await kill(["-o", out.string, context.string], at: "COPY big")
        // The name of the whole is that of nothing else.
        let left = try Folder.names(in: out).filter { !$0.hasPrefix(".stet-files-") }
        #expect(left == [] || WholeFile.size(out.appending("big")) == 100 << 20)
        #expect(try await stet("build", "-q", "-o", out.string, context.string).status == 0)
        #expect(try Folder.names(in: out) == ["big"])
    }
}
