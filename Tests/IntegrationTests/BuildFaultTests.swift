// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import Subprocess
import SystemPackage
import Testing

/// Builds that are killed, interrupted, or out of space, and the build right after.
@Suite struct BuildFaultTests {
    /// A context whose image is built from busybox; `lines` follow.
    private func context(_ lines: String, in folder: TestFolder) throws -> FilePath {
        let context = try folder.makeContext()
        try folder.write(
            "FROM scratch\nCOPY bin /bin\nSHELL [\"/bin/busybox\", \"sh\", \"-c\"]\n\(lines)\n",
            "context/Dockerfile")
        return context
    }

    /// Builds until a line of the errors has `mark`, sends `signal`, and waits for the end.
    private func interrupted(
        _ context: FilePath, home: FilePath, at mark: String, by signal: Signal
    ) async throws -> TerminationStatus {
        let program = Program.stet(home: home)
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in program.environment {
            if let key = Environment.Key(rawValue: name) { updates[key] = value }
        }
        let outcome = try await Subprocess.run(
            program.executable, arguments: ["build", "--progress", "plain", context.string],
            environment: .inherit.updating(updates), input: .none, output: .discarded, error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() where line.contains(mark) {
                try execution.send(signal: signal)
            }
        }
        return outcome.terminationStatus
    }

    /// The command lines of all processes that have `text` in them.
    private func processes(with text: String) throws -> [String] {
        try Folder.names(in: "/proc").filter { Int($0) != nil }.compactMap { number in
            let bytes = (try? WholeFile.read(FilePath("/proc/\(number)/cmdline"))) ?? []
            let line = String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
            return line.contains(text) && !line.contains("build") ? line : nil
        }
    }

    /// Waits for the kernel, which ends the children of a killed process in its own time.
    private func nothingRuns(with text: String) async throws -> Bool {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while try !processes(with: text).isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            await Task.yield()
        }
        return true
    }

    @Test(arguments: [Signal.kill, .interrupt, .terminate])
    func anEndedBuildLeavesNothingAndTheNextOneWorks(_ signal: Signal) async throws {
        let folder = try TestFolder()
        let unique = "4\(UInt32.random(in: 10_000_000...99_999_999))"
        let context = try context(
            "RUN touch /first\nRUN echo be''gun; /bin/busybox sleep \(unique)", in: folder)
        let end = try await interrupted(context, home: folder.path, at: "begun", by: signal)
        #expect(end == (signal == .kill ? .signaled(SIGKILL) : .exited(130)) || signal == .terminate)
        #expect(try await nothingRuns(with: "sleep \(unique)"))
        let mounts = String(decoding: try WholeFile.read("/proc/self/mountinfo"), as: UTF8.self)
        #expect(!mounts.contains(folder.path.string))

        let stet = Program.stet(home: folder.path)
        _ = try self.context("RUN touch /first\nRUN touch /second", in: folder)
        let next = try await stet("build", "--progress", "plain", context.string)
        #expect(next.status == 0, "\(next)")
        // What had been done before an orderly end is known.
        if signal == .interrupt { #expect(next.errors.contains("CACHED")) }
        #expect(try await stet("store", "check").status == 0)
        let store = try ImageLayout(folder.path.appending("data/stet/store"))
        // Nobody has tidied up: the next build has.
        #expect(try Folder.names(in: store.temporary).isEmpty)
        #expect(try Folder.names(in: folder.path.appending("data/stet/rootfs/work")).isEmpty)
    }

    @Test(arguments: [
        "COPY big /big", "RUN /bin/busybox dd if=/dev/urandom of=/big bs=1M count=40",
        "RUN --mount=source=big,target=/m :",
    ])
    func aFullDiskIsSaidAndTheStoreIsSound(_ line: String) async throws {
        let folder = try TestFolder()
        let context = try context(line, in: folder)
        try await folder.makeNoise(context.appending("big").string, megabytes: 40)
        let data = folder.path.appending("data")
        try Folder.create(data)
        let mount = try await Program("mount")("-t", "tmpfs", "-o", "size=16m", "tmpfs", data.string)
        #expect(mount.status == 0, "\(mount)")
        let stet = Program.stet(home: folder.path)
        let full = try await stet("build", context.string)
        _ = try self.context("RUN touch /x", in: folder)
        let next = try await stet("build", context.string)
        let check = try await stet("store", "check")
        let unmount = try await Program("umount")(data.string)
        #expect(unmount.status == 0, "\(unmount)")
        #expect(full.status == 1)
        #expect(full.errors.contains("No space left on device"), "\(full)")
        #expect(next.status == 0, "\(next)")
        #expect(check.status == 0, "\(check)")
    }

    /// What is on the full disk has the old bytes or the new ones, and never a part of them.
    @Test(
        .enabled("only root can make a volume that is full") { TestVolume.canMount },
        arguments: ["", "type=tar,dest=", "type=oci,dest="])
    func aFullDiskLeavesAnOutputAsItWas(_ type: String) async throws {
        let folder = try TestFolder()
        try folder.write("FROM scratch\nCOPY . /\n", "context/Dockerfile")
        try await folder.makeNoise("context/big", megabytes: 4)
        try await TestVolume.withMemory(mebibytes: 2, in: folder) { volume in
            let name = type.isEmpty ? "out" : "out/big"
            try Folder.create(volume.path.appending("out"))
            try WholeFile.write(Array("old".utf8), to: volume.path.pushing("out/big"))
            let full = try await Program.stet(home: folder.path)(
                "build", "-q", "-o", "\(type)\(volume.path.pushing(FilePath(name)))",
                folder.path.appending("context").string)
            #expect(full.status == 1 && full.errors.contains("No space left on device"), "\(full)")
            #expect(try Folder.names(in: volume.path.appending("out")) == ["big"])
            #expect(try WholeFile.read(volume.path.pushing("out/big")) == Array("old".utf8))
        }
    }

    @Test func aFailingCommandShowsItsOutputAndItsLines() async throws {
        let folder = try TestFolder()
        let context = try context("RUN echo some''thing; echo went wr''ong >&2; exit 42", in: folder)
        let result = try await Program.stet(home: folder.path)("build", "--progress", "plain", context.string)
        #expect(result.status == 1)
        for part in ["something", "went wrong", "exit code: 42", "Dockerfile:4"] {
            #expect(result.errors.contains(part), "\(part) in \(result)")
        }
        #expect(result.output.isEmpty)
    }

    @Test func aRegistryKeepsACacheForAnotherMachine() async throws {
        let here = try TestFolder()
        let there = try TestFolder()
        let context = try context("RUN touch /a\nCOPY files /files\nRUN touch /b", in: here)
        try await Peers.withStetServe(in: here.path) { address in
            let cache = "type=registry,ref=\(address)/cache:1"
            let first = try await Program.stet(home: here.path)("build", "--cache-to", cache, context.string)
            #expect(first.status == 0, "\(first)")
            let second = try await Program.stet(home: there.path)(
                "build", "--progress", "plain", "--cache-from", cache, context.string)
            #expect(second.status == 0, "\(second)")
            #expect(second.output == first.output)
            #expect(second.errors.components(of: "CACHED") == 4)
        }
    }
}

extension String {
    fileprivate func components(of text: String) -> Int {
        split(separator: "\n").filter { $0.contains(text) }.count
    }
}
