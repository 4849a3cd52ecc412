// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// The control groups of containers: `stet/NAME` in every hierarchy of the machine.
///
/// Source: cgroups(7).
enum Cgroup {
    /// How far below its limit a group may have been when it was stopped.
    private static let page: Int64 = 64 << 10
    private static let mountPoint: FilePath = "/sys/fs/cgroup"

    /// True where there is one hierarchy (version 2), false where each controller has its own, or some.
    static let isUnified = access(mountPoint.appending("cgroup.controllers").string, F_OK) == 0

    /// Where version 2 is mounted beside the hierarchies of version 1, which crun refuses to see.
    static let secondHierarchy = mountPoint.appending("unified")

    /// Controllers that can limit something here.
    static let controllers: Set<String> = {
        if isUnified {
            let path = mountPoint.appending("cgroup.controllers")
            let bytes = (try? WholeFile.read(path, limitBytes: 4096)) ?? []
            return Set(
                String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init))
        }
        return Set((try? Folder.names(in: mountPoint)) ?? []).subtracting(["unified", "systemd"])
    }()

    /// Where a runtime is to make a container's group.
    ///
    /// The runtime removes the group when the container has ended. The one around it is for what is to be
    /// known about it then.
    static func path(of name: String, isWrapped: Bool) -> String {
        isWrapped ? "/stet/\(name)/\(child)" : "/stet/\(name)"
    }

    /// True where a group can be kept from swapping.
    static var limitsSwap: Bool {
        if isUnified { return text(of: "/proc/swaps").contains("\n") }
        return access("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes", F_OK) == 0
    }

    private static let child = "container"

    /// Removes the group of a container that has ended.
    ///
    /// - Returns: false when something still runs in it.
    @discardableResult
    static func remove(_ name: String) -> Bool {
        var isGone = true
        for hierarchy in hierarchies {
            let folder = hierarchy.appending("stet").appending(name)
            for path in [folder.appending(child), folder] where rmdir(path.string) != 0 {
                isGone = isGone && Errno.current == .noSuchFileOrDirectory
            }
        }
        return isGone
    }

    /// Removes the groups of containers whose names begin with `prefix`.
    ///
    /// To list groups takes the kernel some time.
    ///
    /// - Returns: false when something still runs in one of them.
    static func removeAll(of prefix: String) -> Bool {
        let groups = hierarchies.flatMap { (try? Folder.names(in: $0.appending("stet"))) ?? [] }
        return Set(groups.filter { $0.hasPrefix(prefix) }).map(remove).allSatisfy { $0 }
    }

    /// True when a container of ours, the group in the group `name`, has needed more memory than it may have.
    static func ranOutOfMemory(_ name: String, limitBytes: Int64) -> Bool {
        if isUnified {
            let events = text(of: mountPoint.pushing(FilePath("stet/\(name)/memory.events")))
            return events.split(separator: "\n").contains { $0.hasPrefix("oom_kill ") && $0 != "oom_kill 0" }
        }
        // The runtime has removed the container's group, and the one above only knows how much was in use.
        let folder = mountPoint.appending("memory").appending("stet").appending(name)
        return Int64(text(of: folder.appending("memory.max_usage_in_bytes"))).map { $0 >= limitBytes - page }
            ?? false
    }

    private static func text(of file: FilePath) -> String {
        let bytes = (try? WholeFile.read(file, limitBytes: 64 << 10)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined(
            separator: "\n")
    }

    private static let hierarchies: [FilePath] =
        isUnified ? [mountPoint] : ((try? Folder.names(in: mountPoint)) ?? []).map(mountPoint.appending)
}
