// SPDX-License-Identifier: Apache-2.0

import SystemPackage

extension RuntimeSpec {
    /// What a container is made from, besides its process.
    struct Surroundings {
        /// The root file system, as the runtime finds it.
        let root: FilePath
        /// `/stet/NAME`; nil leaves the choice to the runtime.
        let cgroup: String?
        /// Files of ours that lie over some of the root's, by their path in it.
        let files: [(path: FilePath, file: FilePath)]
        let machine: MachineRights
    }

    /// The container that `process` asks for, as far as the machine allows it.
    init(_ process: ContainerProcess, in surroundings: Surroundings) {
        let machine = surroundings.machine
        let security = process.security
        hostname = process.hostname
        root = Root(path: surroundings.root.string, readonly: security.hasReadOnlyRoot)
        let program = Process(process, machine)
        self.process = program
        mounts =
            RuntimeSpec.systemMounts(process, machine)
            + surroundings.files.map { Mount(binding: $0.file, at: $0.path, isReadOnly: false) }
            + process.mounts.map(Mount.init)
        var namespaces = ["pid", "ipc", "uts", "mount"]
        var hasOwnNetwork = false
        if case .none = process.network { hasOwnNetwork = true }
        if hasOwnNetwork { namespaces.append("network") }
        if machine.hasUnifiedCgroups { namespaces.append("cgroup") }
        let filters = security.filtersSystemCalls && !security.isPrivileged
        linux = Linux(
            namespaces: namespaces.map(Namespace.init),
            sysctl: hasOwnNetwork && !machine.isInUserNamespace ? NetworkNamespace.lowPorts : nil,
            cgroupsPath: surroundings.cgroup,
            resources: machine.isInUserNamespace ? nil : Resources(process, machine),
            devices: RuntimeSpec.devices(security, machine),
            seccomp: filters ? SeccompProfile(capabilities: Set(program.capabilities.bounding)) : nil,
            maskedPaths: security.isPrivileged ? [] : RuntimeSpec.maskedPaths,
            readonlyPaths: security.isPrivileged ? [] : RuntimeSpec.readOnlyPaths)
    }

    /// Those that Docker hides: they tell about the machine, or change it.
    static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ]
    static let readOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    private static func devices(_ security: ContainerSecurity, _ machine: MachineRights) -> [Device]? {
        let devices =
            (security.isPrivileged ? machine.devices : []) + security.devices.compactMap(Device.init)
        return devices.isEmpty ? nil : devices
    }

    private static func systemMounts(_ process: ContainerProcess, _ machine: MachineRights) -> [Mount] {
        let isPrivileged = process.security.isPrivileged
        let strict = ["nosuid", "noexec", "nodev"]
        var mounts = [
            Mount(destination: "/proc", type: "proc", source: "proc", options: strict),
            Mount(
                destination: "/dev", type: "tmpfs", source: "tmpfs",
                options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            Mount(
                destination: "/dev/pts", type: "devpts", source: "devpts",
                options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
                    + (machine.isInUserNamespace ? [] : ["gid=5"])),
            Mount(
                destination: "/dev/shm", type: "tmpfs", source: "shm",
                options: strict + ["mode=1777", "size=\(process.limits.sharedMemoryBytes ?? 64 << 20)"]),
            Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: strict),
            sysMount(process, machine),
        ]
        if process.limits.usesCgroups || isPrivileged, !machine.isInUserNamespace {
            mounts.append(
                Mount(
                    destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
                    options: strict + ["relatime", isPrivileged ? "rw" : "ro"]))
        }
        return mounts
    }

    /// sysfs shows the devices of a network namespace, and only its owner may mount it: elsewhere the
    /// machine's is taken as it is.
    private static func sysMount(_ process: ContainerProcess, _ machine: MachineRights) -> Mount {
        let access = process.security.isPrivileged ? "rw" : "ro"
        if case .host = process.network, machine.isInUserNamespace {
            return Mount(
                destination: "/sys", type: "none", source: "/sys",
                options: ["rbind", "nosuid", "noexec", "nodev", "ro"])
        }
        return Mount(
            destination: "/sys", type: "sysfs", source: "sysfs",
            options: ["nosuid", "noexec", "nodev", access])
    }
}

extension RuntimeSpec.Mount {
    init(_ mount: ContainerMount) {
        switch mount.source {
        case .bind(let path): self.init(binding: path, at: mount.target, isReadOnly: mount.isReadOnly)
        case .tmpfs(let size, let mode):
            let options = ["nosuid", "nodev", "mode=\(String(mode, radix: 8))"]
            self.init(
                destination: mount.target.string, type: "tmpfs", source: "tmpfs",
                options: options + (size.map { ["size=\($0)"] } ?? []) + (mount.isReadOnly ? ["ro"] : []))
        }
    }

    init(binding source: FilePath, at target: FilePath, isReadOnly: Bool) {
        self.init(
            destination: target.string, type: "bind", source: source.string,
            options: ["rbind", "rprivate", isReadOnly ? "ro" : "rw"])
    }
}

extension RuntimeSpec.Process {
    /// Where programs are looked up unless the environment says it.
    private static let standardPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The supplementary groups, the user's own among them where that is allowed.
    ///
    /// A program that changes its group could get past a permission that the own one lacks.
    ///
    /// Source: CVE-2022-36109; Docker Engine 20.10.18.
    private static func groups(of user: ContainerUser, _ machine: MachineRights) -> [UInt32]? {
        guard machine.isInUserNamespace else { return [user.gid] + user.groups }
        return user.groups.isEmpty ? nil : user.groups
    }

    init(_ process: ContainerProcess, _ machine: MachineRights) {
        let security = process.security
        let wanted = security.isPrivileged ? Set(machine.capabilities) : security.capabilities
        let given = machine.capabilities.filter(wanted.contains)
        // A process that is not root has none in effect: it would have lost them with its first program.
        let effective = process.user.uid == 0 ? given : []
        let limits = process.limits.resources.sorted { $0.key < $1.key }.map {
            let most = machine.hardLimits[$0.key] ?? .max
            return RuntimeSpec.Limit(
                type: $0.key, soft: min($0.value.soft, most), hard: min($0.value.hard, most))
        }
        let user = process.user
        self.init(
            user: RuntimeSpec.User(
                uid: user.uid, gid: user.gid, additionalGids: Self.groups(of: user, machine)),
            args: process.arguments, env: RuntimeSpec.Process.environment(of: process),
            cwd: process.workingFolder.string,
            capabilities: RuntimeSpec.Capabilities(
                bounding: given, effective: effective, permitted: effective),
            rlimits: limits.isEmpty ? nil : limits, noNewPrivileges: security.forbidsNewPrivileges)
    }

    /// One value for each name: the last, in the first one's place.
    private static func environment(of process: ContainerProcess) -> [String] {
        var names: [Substring] = []
        var values: [Substring: String] = [:]
        for text in [standardPath, "HOME=\(process.user.home)"] + process.environment {
            let name = text.prefix { $0 != "=" }
            if values[name] == nil { names.append(name) }
            values[name] = text
        }
        return names.compactMap { values[$0] }
    }
}

extension RuntimeSpec.Resources {
    /// What the kernel waits for before it looks again, in microseconds.
    private static let period: UInt64 = 100_000

    init(_ process: ContainerProcess, _ machine: MachineRights) {
        let limits = process.limits
        let isPrivileged = process.security.isPrivileged
        devices =
            [RuntimeSpec.DeviceRule(allow: isPrivileged)]
            + process.security.devices.compactMap(RuntimeSpec.Device.init).map { device in
                RuntimeSpec.DeviceRule(
                    allow: true, type: device.type, major: device.major, minor: device.minor)
            }
        let allowed = { (controller: String) in machine.controllers.contains(controller) }
        cpu = limits.cpus.flatMap { cpus in
            guard allowed("cpu") else { return nil }
            return RuntimeSpec.CPU(
                quota: max(1000, Int64(cpus * Double(RuntimeSpec.Resources.period))),
                period: RuntimeSpec.Resources.period)
        }
        memory = limits.memoryBytes.flatMap { bytes in
            allowed("memory") ? RuntimeSpec.Memory(limit: bytes, swap: machine.limitsSwap ? bytes : nil) : nil
        }
        pids = limits.processes.flatMap { allowed("pids") ? RuntimeSpec.Pids(limit: $0) : nil }
    }
}
