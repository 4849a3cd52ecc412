// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// What this machine lets us give to a container.
package struct MachineRights: Sendable {
    /// Names of the capabilities that we have ourselves.
    package var capabilities: [String]
    package var controllers: Set<String>
    package var hasUnifiedCgroups: Bool
    package var isInUserNamespace: Bool
    /// The kernel counts what a container has swapped out.
    package var limitsSwap = true
    /// By name, `RLIMIT_NOFILE`: what a container can get at most, for whom may not raise that.
    package var hardLimits: [String: UInt64] = [:]
    /// The nodes under /dev, for privileged containers.
    var devices: [RuntimeSpec.Device]

    /// A machine that is imagined, without devices.
    package init(
        capabilities: [String], controllers: Set<String>, hasUnifiedCgroups: Bool, isInUserNamespace: Bool
    ) {
        self.capabilities = capabilities
        self.controllers = controllers
        self.hasUnifiedCgroups = hasUnifiedCgroups
        self.isInUserNamespace = isInUserNamespace
        devices = []
    }

    private init() {
        let isInUserNamespace = Privileges.isInUserNamespace
        self.init(
            capabilities: Capability.names(in: Privileges.capabilities),
            controllers: isInUserNamespace ? [] : Cgroup.controllers, hasUnifiedCgroups: Cgroup.isUnified,
            isInUserNamespace: isInUserNamespace)
        devices = RuntimeSpec.Device.all(in: "/dev")
        limitsSwap = Cgroup.limitsSwap
        if !capabilities.contains("CAP_SYS_RESOURCE") { hardLimits = MachineRights.ownHardLimits() }
    }

    static let current = MachineRights()

    /// Source: getrlimit(2), whose numbers follow this order.
    private static func ownHardLimits() -> [String: UInt64] {
        let names = [
            "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS",
            "SIGPENDING",
            "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
        ]
        var limits: [String: UInt64] = [:]
        for (number, name) in names.enumerated() {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(number), &limit) == 0 else { continue }
            limits["RLIMIT_" + name] = UInt64(limit.rlim_max)
        }
        return limits
    }
}

extension RuntimeSpec.Device {
    /// A device node of the machine; nil when the path is none.
    init?(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFCHR: type = "c"
        case S_IFBLK: type = "b"
        default: return nil
        }
        self.path = path.string
        major = Int64(stet_major(status.st_rdev))
        minor = Int64(stet_minor(status.st_rdev))
        fileMode = status.st_mode & 0o7777
        uid = status.st_uid
        gid = status.st_gid
    }

    /// All nodes in a folder and the folders in it, without those that every container has of its own.
    static func all(in folder: FilePath) -> [RuntimeSpec.Device] {
        let own: Set = [
            "pts", "shm", "mqueue", "console", "ptmx", "null", "zero", "full", "random", "urandom", "tty",
        ]
        let names = ((try? Folder.names(in: folder)) ?? []).filter { !own.contains($0) }
        return names.flatMap { name -> [RuntimeSpec.Device] in
            let path = folder.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0 else { return [] }
            if status.st_mode & S_IFMT == S_IFDIR { return all(in: path) }
            if status.st_mode & S_IFMT == S_IFLNK { return [] }
            return RuntimeSpec.Device(path).map { [$0] } ?? []
        }
    }
}
