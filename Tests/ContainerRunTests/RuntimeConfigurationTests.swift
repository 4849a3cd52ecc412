// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec
import SystemPackage
import Testing

@Suite struct RuntimeConfigurationTests {
    private static let all: Set = ["cpu", "memory", "pids"]
    private let ordinary = MachineRights(
        capabilities: Capability.standard.sorted() + ["CAP_SYS_ADMIN"], controllers: all,
        hasUnifiedCgroups: false,
        isInUserNamespace: false)
    private let unprivileged = MachineRights(
        capabilities: Capability.standard.sorted(), controllers: [], hasUnifiedCgroups: true,
        isInUserNamespace: true)

    private func configuration(
        on machine: MachineRights? = nil, _ change: (inout ContainerProcess) -> Void = { _ in }
    ) throws -> JSONValue {
        var process = ContainerProcess(["/bin/true", "a b"])
        change(&process)
        let bytes = try RuntimeConfiguration.json(for: process, in: "/the/root", on: machine ?? ordinary)
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "configuration")
    }

    private func texts(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }

    private func mount(_ target: String, _ configuration: JSONValue) -> JSONValue? {
        configuration["mounts"]?.array?.first { $0["destination"]?.string == target }
    }

    @Test func theProcessIsPassedOnAsItIs() throws {
        let process = try configuration {
            $0.environment = ["A=1", "B=x=y", "A=2", "EMPTY="]
            $0.workingFolder = "/work"
            $0.user = ContainerUser(uid: 7, gid: 8, groups: [9], home: "/home/seven")
        }["process"]
        #expect(texts(process?["args"]) == ["/bin/true", "a b"])
        #expect(
            texts(process?["env"]) == [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/seven",
                "A=2", "B=x=y",
                "EMPTY=",
            ])
        #expect(process?["cwd"]?.string == "/work")
        #expect(process?["terminal"] == .bool(false))
        let user: JSONValue = .object([
            "uid": .integer(7), "gid": .integer(8), "additionalGids": .array([.integer(8), .integer(9)]),
        ])
        #expect(process?["user"] == user)
    }

    @Test func aRootProcessHasDockersCapabilitiesAndAnOtherNoneInEffect() throws {
        let root = try configuration()["process"]?["capabilities"]
        #expect(texts(root?["effective"]) == Capability.standard.sorted())
        #expect(texts(root?["bounding"]) == Capability.standard.sorted())
        let other = try configuration { $0.user = ContainerUser(uid: 1, gid: 1) }["process"]?["capabilities"]
        #expect(texts(other?["effective"]) == [])
        #expect(texts(other?["bounding"]) == Capability.standard.sorted())
    }

    @Test func nothingIsAskedForThatTheCallerLacks() throws {
        let poor = MachineRights(
            capabilities: ["CAP_CHOWN", "CAP_KILL"], controllers: [], hasUnifiedCgroups: false,
            isInUserNamespace: false)
        for isPrivileged in [false, true] {
            let configuration = try configuration(on: poor) {
                $0.security.isPrivileged = isPrivileged
                $0.limits.cpus = 1
                $0.limits.memoryBytes = 1 << 20
            }
            #expect(
                texts(configuration["process"]?["capabilities"]?["bounding"]) == ["CAP_CHOWN", "CAP_KILL"])
            #expect(configuration["linux"]?["resources"]?["cpu"] == nil)
            #expect(configuration["linux"]?["resources"]?["memory"] == nil)
        }
    }

    @Test func aPrivilegedContainerHasWhatTheCallerHasAndNothingHidden() throws {
        let configuration = try configuration { $0.security.isPrivileged = true }
        let capabilities = texts(configuration["process"]?["capabilities"]?["effective"])
        #expect(capabilities.contains("CAP_SYS_ADMIN"))
        #expect(configuration["linux"]?["seccomp"] == nil)
        #expect(texts(configuration["linux"]?["maskedPaths"]) == [])
        let options = texts(mount("/sys", configuration)?["options"])
        #expect(options.contains("rw"))
    }

    @Test func limitsBecomeThoseOfCgroups() throws {
        let resources = try configuration {
            $0.limits.cpus = 1.5
            $0.limits.memoryBytes = 64 << 20
            $0.limits.processes = 100
        }["linux"]?["resources"]
        #expect(resources?["cpu"] == .object(["quota": .integer(150_000), "period": .integer(100_000)]))
        #expect(resources?["memory"] == .object(["limit": .integer(64 << 20), "swap": .integer(64 << 20)]))
        #expect(resources?["pids"] == .object(["limit": .integer(100)]))
    }

    @Test func onlyAContainerWithoutNetworkGetsOneOfItsOwn() throws {
        let kinds = { (configuration: JSONValue) in
            configuration["linux"]?["namespaces"]?.array?.compactMap { $0["type"]?.string } ?? []
        }
        #expect(kinds(try configuration()) == ["pid", "ipc", "uts", "mount", "network"])
        #expect(kinds(try configuration { $0.network = .host }) == ["pid", "ipc", "uts", "mount"])
    }

    @Test func mountsKeepTheirOrderBehindThoseOfTheSystem() throws {
        let configuration = try configuration {
            $0.mounts = [
                ContainerMount(.bind("/from"), at: "/b", isReadOnly: true),
                ContainerMount(.tmpfs(sizeBytes: 4096, mode: 0o1777), at: "/a"),
            ]
        }
        let targets = configuration["mounts"]?.array?.compactMap { $0["destination"]?.string } ?? []
        #expect(Array(targets.suffix(2)) == ["/b", "/a"])
        #expect(texts(mount("/b", configuration)?["options"]) == ["rbind", "rprivate", "ro"])
        #expect(
            texts(mount("/a", configuration)?["options"]) == ["nosuid", "nodev", "mode=1777", "size=4096"])
    }

    @Test func aUserNamespaceTouchesNoCgroupsAndNoGroupItDoesNotHave() throws {
        let configuration = try configuration(on: unprivileged) {
            $0.network = .host
            $0.limits.processes = 3
        }
        #expect(configuration["linux"]?["resources"] == nil)
        #expect(configuration["linux"]?["cgroupsPath"] == nil)
        #expect(configuration["process"]?["user"]?["additionalGids"] == nil)
        let terminals = texts(mount("/dev/pts", configuration)?["options"])
        #expect(!terminals.contains { $0.hasPrefix("gid=") })
        #expect(mount("/sys", configuration)?["source"]?.string == "/sys")
        #expect(mount("/sys/fs/cgroup", configuration) == nil)
    }

    @Test func theSystemCallFilterNamesEachCallOnceAndRefusesTheDangerousOnes() throws {
        let profile = try configuration()["linux"]?["seccomp"]
        #expect(profile?["defaultAction"]?.string == "SCMP_ACT_ERRNO")
        let rules = profile?["syscalls"]?.array ?? []
        let free = rules.filter { $0["args"] == nil && $0["action"]?.string == "SCMP_ACT_ALLOW" }
            .flatMap { texts($0["names"]) }
        #expect(free.count > 300)
        #expect(Set(free).count == free.count)
        #expect(free.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } })
        for needed in ["read", "openat", "execve", "futex", "wait4", "chroot", "statx", "mmap"] {
            #expect(free.contains(needed))
        }
        for dangerous in [
            "mount", "unshare", "setns", "bpf", "kexec_load", "init_module", "reboot", "keyctl",
            "io_uring_setup",
            "userfaultfd", "clone", "clone3", "clock_settime", "swapon", "open_by_handle_at", "pivot_root",
        ] { #expect(!free.contains(dangerous)) }
        let clone3 = rules.first { texts($0["names"]) == ["clone3"] }
        #expect(clone3?["errnoRet"] == .integer(38))
    }

    @Test func aCapabilityBringsItsCalls() throws {
        let rules = try configuration { $0.security.capabilities = ["CAP_SYS_ADMIN"] }["linux"]?["seccomp"]?[
            "syscalls"]
        let free = rules?.array?.filter { $0["args"] == nil }.flatMap { texts($0["names"]) } ?? []
        #expect(free.contains("mount"))
        #expect(free.contains("clone3"))
        #expect(!free.contains("reboot"))
    }
}
