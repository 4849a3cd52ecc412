// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import ScriptedHTTP
import Synchronization
import SystemPackage
import Testing

/// `stet push` and `stet pull` are killed in the middle of their work, and run again.
@Suite struct KilledTransferTests {
    /// A request at which the command dies.
    struct Moment: Sendable, CustomStringConvertible {
        let method: String
        let part: String
        /// Which of those requests, counted from 1; the ones before break in the middle of their answers.
        let number: Int

        init(_ method: String, _ part: String, _ number: Int = 1) {
            (self.method, self.part, self.number) = (method, part, number)
        }

        var description: String { "\(method) \(part), number \(number)" }
    }

    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }
    private var elsewhere: Program { .stet(home: folder.path.appending("elsewhere")) }

    /// An image with a layer of some megabytes in the local store, `r.io/app:1`.
    private func build() async throws {
        try folder.write("FROM scratch\nCOPY noise /\n", "context/Dockerfile")
        try await folder.makeNoise("context/noise", megabytes: 3)
        let built = try await stet("build", "-t", "r.io/app:1", folder.path.appending("context").string)
        #expect(built.status == 0, "\(built)")
    }

    /// Runs a program that says who it is, so that a proxy can kill it.
    private func run(_ program: Program, _ arguments: String) async throws -> ProgramResult {
        var shell = Program("sh")
        shell.environment = program.environment
        return try await shell("-c", "echo $$ > '\(victim)'; exec '\(Program.stetPath)' \(arguments)")
    }

    private var victim: FilePath { folder.path.appending("victim") }

    /// A proxy at which whoever comes dies once, at the moment given.
    private func proxy(before address: String, _ moment: Moment) throws -> FaultProxy {
        let server = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let count = Mutex(0)
        return try FaultProxy(before: server) { [victim] line in
            guard line.hasPrefix("\(moment.method) "), line.contains(moment.part) else { return nil }
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number <= moment.number else { return nil }
            guard number == moment.number else { return .breaksInAnswerBody }
            let text = (try? WholeFile.read(victim)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if let process = pid_t(text.filter(\.isNumber)) { kill(process, SIGKILL) }
            return .dropsRequest
        }
    }

    @Test(arguments: [Moment("GET", "/manifests/"), Moment("GET", "/blobs/"), Moment("GET", "/blobs/", 4)])
    func aPullLeavesNothingWrongAndIsRunAgain(moment: Moment) async throws {
        try await build()
        let (stet, elsewhere) = (stet, elsewhere)
        try await Peers.withStetServe(in: folder.path) { address in
            let push = try await stet("push", "-q", "store:r.io/app:1", "\(address)/app:1")
            let proxy = try proxy(before: address, moment)
            let killed = try await run(elsewhere, "pull \(proxy.address)/app:1 store:r.io/app:1")
            #expect(killed.status == 128 + SIGKILL, "\(moment) \(killed) \(proxy.lines)")
            #expect(try await elsewhere("store", "check").status == 0)
            #expect(try await elsewhere("store", "list").output.isEmpty)
            let again = try await run(elsewhere, "pull --quiet \(proxy.address)/app:1 store:r.io/app:1")
            #expect(again.status == 0 && again.output == push.output, "\(again)")
            #expect(try await elsewhere("store", "prune").status == 0)
            let store = folder.path.pushing("elsewhere/data/stet/store")
            #expect(try Folder.names(in: store.appending(".tmp")).isEmpty)
            #expect(try LayoutContents(folder: store).wrongOnes() == [])
            #expect(try LayoutContents(folder: store).digests().count == 3)
        }
    }

    @Test(arguments: [Moment("POST", "/uploads/"), Moment("PUT", "/uploads/"), Moment("PUT", "/manifests/")])
    func aPushLeavesNoTagAndIsRunAgain(moment: Moment) async throws {
        try await build()
        let stet = stet
        try await Peers.withDockerRegistry(in: folder.path) { address in
            let proxy = try proxy(before: address, moment)
            let killed = try await run(stet, "push store:r.io/app:1 \(proxy.address)/app:1")
            #expect(killed.status == 128 + SIGKILL, "\(moment) \(killed) \(proxy.lines)")
            #expect(try await stet("inspect", "\(address)/app:1").status == 1)
            let again = try await run(stet, "push --quiet store:r.io/app:1 \(proxy.address)/app:1")
            #expect(again.status == 0, "\(again)")
            let copy = try await Program("skopeo")(
                "copy", "--src-tls-verify=false", "docker://\(address)/app:1", "oci:\(folder.path)/out:1")
            #expect(copy.status == 0, "\(copy)")
        }
    }

    @Test(.enabled(if: TestVolume.canMount))
    func aDiskThatIsFullIsOneErrorAndLeavesNothing() async throws {
        try await build()
        let stet = stet
        try await Peers.withDockerRegistry(in: folder.path) { address in
            #expect(try await stet("push", "-q", "store:r.io/app:1", "\(address)/app:1").status == 0)
            try await TestVolume.withMemory(mebibytes: 2, in: folder) { volume in
                var small = elsewhere
                small.environment["XDG_DATA_HOME"] = volume.path.string
                let pull = try await small("pull", "\(address)/app:1")
                #expect(pull.status == 1 && pull.errors.contains("No space left on device"), "\(pull)")
                #expect(pull.errors.contains(volume.path.string) && pull.output.isEmpty, "\(pull)")
                #expect(try await small("store", "check").status == 0)
                #expect(try Folder.names(in: volume.path.pushing("stet/store/.tmp")).isEmpty)
                let archive = volume.path.appending("image.tar")
                let written = try await small("pull", "\(address)/app:1", "oci-archive:\(archive)")
                #expect(written.status == 1 && written.errors.contains("No space left"), "\(written)")
                #expect(try Folder.names(in: volume.path) == ["stet"])
            }
        }
    }

    @Test func processesThatFillAStoreAndOneThatTidiesItLoseNothing() async throws {
        let (stet, elsewhere) = (stet, elsewhere)
        try await Peers.withDockerRegistry(in: folder.path) { address in
            for number in 0..<5 {
                let context = try folder.makeContext("number \(number)")
                let build = try await stet(
                    "build", "-q", "-t", "\(address)/app:\(number)", "--push", context.string)
                #expect(build.status == 0, "\(build)")
            }
            try await withThrowingTaskGroup(of: ProgramResult.self) { group in
                for number in 0..<5 {
                    group.addTask { try await elsewhere("pull", "-q", "\(address)/app:\(number)") }
                    group.addTask { try await elsewhere("store", "prune") }
                    group.addTask { try await elsewhere("pull", "-q", "\(address)/app:\(number)") }
                }
                for try await result in group { #expect(result.status == 0, "\(result)") }
            }
            let list = try await elsewhere("store", "list", "--format", "json")
            let images = try JSONDocument.decode(JSONValue.self, from: Array(list.output.utf8), noun: "list")
            let names = (0..<5).map { JSONValue.string("\(address)/app:\($0)") }
            #expect(images.array?.compactMap { $0["name"] } == names, "\(list)")
            let check = try await elsewhere("store", "check", "--format", "json")
            #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
        }
    }
}
