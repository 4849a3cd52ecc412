// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import Glibc
import LayerArchive
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

@Suite(.enabled(if: RootBusybox.isPossible), .onEachRuntime) struct ContainerRuntimeTests {
    @Test func bothStreamsArriveAndTheExitCodeIsTheProcesss() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("echo out; echo err >&2; exit 7", in: root)
        #expect(result.exit == .code(7))
        #expect(result.output == "out\n")
        #expect(result.error == "err\n")
    }

    @Test func aSignalThatEndsTheProcessIsNamed() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("sh -c 'kill -TERM $$'; exit $?", in: root)
        #expect(result.exit == .signal(SIGTERM))
        #expect(result.exit.status == 143)
    }

    @Test(arguments: [("/bin/nothing", Int32(127)), ("nothing-on-path", 127), ("/etc/passwd", 126)])
    func aProgramThatCannotBeExecutedIsNamed(_ path: String, _ code: Int32) async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        do {
            _ = try await machine.runtime.run(ContainerProcess([path]), in: root) { _, _ in }
            Issue.record("it ran")
        } catch {
            guard case .cannotExecute(let program, _, let exitCode) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(program == path)
            #expect(exitCode == code)
        }
    }

    @Test(arguments: [("#!/nowhere\n", Int32(127)), ("\u{7F}ELF of nothing", 126)])
    func aProgramThatTheKernelRefusesDoesNotPass(_ content: String, _ code: Int32) async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let lines = "printf '\(content.replacing("\u{7F}", with: "\\177"))' > /odd; chmod 755 /odd"
        #expect(try await machine.shell(lines, in: root).exit == .code(0))
        do {
            let words = Words()
            let exit = try await machine.runtime.run(ContainerProcess(["/odd"]), in: root) {
                words.add($1, $0)
            }
            // runc lets the container say it.
            #expect(machine.runtime.name == .runc)
            #expect(exit == .code(1))
            #expect(words.text(.error).contains("/odd"))
        } catch {
            guard case .cannotExecute("/odd", _, let exitCode) = error else { throw error }
            #expect(exitCode == code)
        }
    }

    @Test func theProcessGetsItsInputEnvironmentFolderAndUser() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let user = try UserDirectory(of: root).user("anna")
        let result = try await machine.shell("cat; pwd; id -u; id -g; echo $A $HOME $B; hostname", in: root) {
            $0.input = Array("typed\n".utf8)
            $0.workingFolder = "/deep/down"
            $0.user = user
            $0.environment = ["A=first", "B=b=b", "A=last"]
            $0.hostname = "box"
        }
        #expect(result.output == "typed\n/deep/down\n1000\n1000\nlast /home/anna b=b\nbox\n")
    }

    @Test func anEmptyInputEndsAtOnce() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        #expect(try await machine.shell("cat; echo end", in: root).output == "end\n")
    }

    @Test func aReadOnlyBindCannotBeWrittenAndAnOrdinaryOneCan() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let shared = try machine.scratch.folder("shared")
        try machine.scratch.file("shared/a", "from the machine\n")
        let line = "cat /in/a; echo no > /in/b; echo yes > /out/c; cat /note"
        let result = try await machine.shell(line, in: root) {
            $0.mounts = [
                ContainerMount(.bind(shared), at: "/in", isReadOnly: true),
                ContainerMount(.bind(shared), at: "/out"),
                ContainerMount(.bind(shared.appending("a")), at: "/note", isReadOnly: true),
            ]
        }
        #expect(result.output == "from the machine\nfrom the machine\n")
        #expect(result.error.contains("Read-only"))
        #expect(try WholeFile.read(shared.appending("c")) == Array("yes\n".utf8))
        #expect(WholeFile.size(shared.appending("b")) == nil)
    }

    @Test func aMountInMemoryHasItsModeAndIsGoneAfterwards() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("stat -c %a /scratch; echo x > /scratch/x", in: root) {
            $0.mounts = [ContainerMount(.tmpfs(sizeBytes: 1 << 20, mode: 0o1777), at: "/scratch")]
        }
        #expect(result.output == "1777\n")
        #expect(try await root.changes().isEmpty)
    }

    @Test func withoutANetworkThereIsOnlyTheLoopback() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell(
            "ls /sys/class/net; ping -c1 -w1 localhost >/dev/null && echo up", in: root)
        #expect(result.output == "lo\nup\n")
    }

    @Test func theMachinesNetworkIsTheMachines() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("ls /sys/class/net; cat /etc/resolv.conf", in: root) {
            $0.network = .host
        }
        let own = try WholeFile.read("/etc/resolv.conf")
        #expect(result.output.hasSuffix(String(decoding: own, as: UTF8.self)))
        #expect(result.output.hasPrefix(try Folder.names(in: "/sys/class/net")[0]))
    }

    @Test func anOrdinaryContainerMayNotMountAndAPrivilegedOneMay() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let line = "mkdir -p /m; mount -t tmpfs none /m && echo mounted"
        #expect(try await machine.shell(line, in: root).output == "")
        #expect(
            try await machine.shell(line, in: root) { $0.security.isPrivileged = true }.output == "mounted\n")
    }

    /// Its root may not make a namespace of users, which takes no right but the call.
    @Test func theFilterOfSystemCallsHoldsAlsoWhenItsKeptFormIsDamaged() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let line = "busybox unshare -U true && echo made"
        let filters = machine.roots.folder.appending("filters")
        #expect(try await machine.shell(line, in: root).output == "")
        #expect(
            try await machine.shell(line, in: root) { $0.security.filtersSystemCalls = false }.output
                == "made\n")
        let isKept = machine.runtime.name == .crun
        let files = isKept ? try Folder.names(in: filters) : []
        #expect(files.count == (isKept ? 1 : 0))
        for name in files {
            let whole = try WholeFile.read(filters.appending(name))
            try WholeFile.write(Array(whole.dropLast(8)), to: filters.appending(name), durable: false)
        }
        #expect(try await machine.shell(line, in: root).output == "")
    }

    @Test func aCancelledTaskEndsTheContainerAndLeavesNothing() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let runtime = machine.runtime
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await runtime.run(ContainerProcess(["/bin/sh", "-c", "echo up; sleep 1000"]), in: root) {
                _, _ in
                start.yield()
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: ContainerError.cancelled) { try await task.value }
        let work = machine.roots.folder.appending("work")
        let folders = try Folder.names(in: work)
        #expect(folders.count == 1)
        for folder in folders {
            #expect(try !Folder.names(in: work.appending(folder)).contains { $0.hasPrefix("run-") })
        }
        #expect(!(try machine.hasCgroups()))
    }

    @Test func aDetachedContainerLivesUntilItIsStopped() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let (said, say) = AsyncStream<String>.makeStream()
        let container = try await machine.runtime.start(
            ContainerProcess([
                "/bin/sh", "-c", "trap 'echo bye; exit 3' TERM; echo up; while true; do sleep 0.05; done",
            ]),
            in: root
        ) { _, bytes in say.yield(String(decoding: bytes, as: UTF8.self)) }
        var words = said.makeAsyncIterator()
        #expect(await words.next() == "up\n")
        container.stop(after: .seconds(60))
        #expect(await words.next() == "bye\n")
        #expect(try await container.wait() == .code(3))
    }

    @Test func outputWaitsForWhoeverTakesIt() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let count = Mutex(0)
        let process = ContainerProcess(["dd", "if=/dev/zero", "bs=1M", "count=64", "status=none"])
        let exit = try await machine.runtime.run(process, in: root) { _, bytes in
            count.withLock { $0 += bytes.count }
        }
        #expect(exit == .code(0))
        #expect(count.withLock { $0 } == 64 << 20)
    }

    @Test func severalContainersRunInOneRootAtTheSameTime() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { _ = try await machine.shell("echo \(number) > /tmp/\(number)", in: root) }
            }
            try await group.waitForAll()
        }
        #expect(try await machine.shell("cat /tmp/0 /tmp/1 /tmp/2 /tmp/3", in: root).output == "0\n1\n2\n3\n")
    }

    @Test func aContainerThatNeedsTooMuchMemoryIsSaidToHave() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        var limits = ContainerLimits()
        limits.memoryBytes = 16 << 20
        guard ContainerRuntime.missingLimits(limits).isEmpty else { return }
        let result = try await machine.shell("dd if=/dev/zero of=/dev/null bs=64M count=1", in: root) {
            $0.limits = limits
        }
        #expect(result.exit.status == 137)
        var process = ContainerProcess(["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"])
        process.limits = limits
        #expect(try await machine.runtime.run(process, in: root) { _, _ in } == .outOfMemory)
    }

    @Test func aWorkingFolderInAMountIsMadeThere() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let shared = try machine.scratch.folder("shared")
        let result = try await machine.shell("pwd", in: root) {
            $0.mounts = [ContainerMount(.bind(shared), at: "/srv")]
            $0.workingFolder = "/srv/inner"
        }
        #expect(result.output == "/srv/inner\n")
        #expect(Folder.isFolder(shared.appending("inner")))
        #expect(try await root.changes().isEmpty)
    }

    @Test func aLimitAboveTheCallersIsTheCallers() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("ulimit -n", in: root) {
            $0.limits.resources["RLIMIT_NOFILE"] = ContainerLimits.ResourceLimit(soft: 64, hard: .max)
        }
        #expect(result.output == "64\n")
    }

    @Test(arguments: ["relative", ""])
    func aWorkingFolderMustBeAbsolute(_ folder: String) async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        await #expect(throws: ContainerError.invalid("the working folder \(folder) is not absolute")) {
            try await machine.shell("true", in: root) { $0.workingFolder = FilePath(folder) }
        }
    }

    @Test func anybodyMayListenOnAnyPortOfAContainer() async throws {
        let machine = try await RootBusybox()
        let root = try await machine.base.mount()
        let result = try await machine.shell("cat /proc/sys/net/ipv4/ip_unprivileged_port_start", in: root)
        #expect(result.output == "0\n")
    }
}
