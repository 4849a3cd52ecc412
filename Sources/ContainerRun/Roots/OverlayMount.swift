// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// Folders stacked by the kernel's overlayfs, in a mount namespace of their own.
///
/// Nothing of it is to be seen elsewhere on the machine, and it goes away with the last of its users: this
/// value, and the containers that run in it. A process that is killed leaves no mount.
///
/// Sources: the kernel's Documentation/filesystems/overlayfs.rst; mount_namespaces(7).
struct OverlayMount: Sendable {
    /// The mount namespace.
    let namespace: OpenFile
    /// The merged tree.
    let merged: OpenFile
    /// What lies below the upper folder, merged.
    let below: OpenFile
    /// What serves the files, where the kernel does not.
    private(set) var servers: [OverlayServer] = []

    /// What to stack, the topmost of `lowers` first, and where.
    struct Stack: Sendable {
        let lowers: [FilePath]
        let upper: FilePath
        let work: FilePath
        /// Where the merged tree is in the mount namespace.
        let target: FilePath
        /// The same for what lies below.
        let lowerTarget: FilePath
    }

    /// Blocks.
    init(_ stack: Stack) throws(ContainerError) {
        self = try OverlayMount.inThread { () throws(ContainerError) in try OverlayMount(inThisThread: stack)
        }
    }

    /// The same through FUSE.
    init(throughFUSE stack: Stack) throws(ContainerError) {
        let namespace = try OverlayMount.inThread { () throws(ContainerError) in
            try OverlayMount.enterOwnNamespace()
            return try OverlayMount.open("/proc/thread-self/ns/mnt", O_RDONLY)
        }
        var servers = [
            try OverlayServer(stack.lowers, (stack.upper, stack.work), at: stack.target, in: namespace)
        ]
        if stack.lowers.count > 1 {
            servers.append(try OverlayServer(stack.lowers, nil, at: stack.lowerTarget, in: namespace))
        }
        self.namespace = namespace
        self.servers = servers
        merged = try OverlayMount.inThread { () throws(ContainerError) in
            try OverlayMount.check("join a mount namespace", OverlayMount.join(namespace))
            return try OverlayMount.open(stack.target)
        }
        below = try OverlayMount.inThread { () throws(ContainerError) in
            try OverlayMount.check("join a mount namespace", OverlayMount.join(namespace))
            return try OverlayMount.open(stack.lowers.count > 1 ? stack.lowerTarget : stack.lowers[0])
        }
    }

    private static func inThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ContainerError) -> Value
    ) throws(ContainerError) -> Value {
        guard let result = NamespaceThread.run({ Result(catching: body) }) else {
            throw .system(operation: "start a thread", .resourceTemporarilyUnavailable, advice: nil)
        }
        return try result.get()
    }

    /// For a thread that ends soon.
    private static func join(_ namespace: OpenFile) -> Int32 {
        guard stet_unshare(stet_own_folder) == 0 else { return -1 }
        return stet_setns(namespace.raw, stet_new_mounts)
    }

    private static func enterOwnNamespace() throws(ContainerError) {
        try check("make a mount namespace", stet_unshare(stet_new_mounts))
        try check("keep mounts private", stet_keep_mounts_private())
    }

    private init(inThisThread stack: Stack) throws(ContainerError) {
        try OverlayMount.enterOwnNamespace()
        let lowers = try stack.lowers.map { path throws(ContainerError) in try OverlayMount.open(path) }
        let upper = try OverlayMount.open(stack.upper)
        let work = try OverlayMount.open(stack.work)
        // Descriptors instead of paths: short, for the kernel takes one page of options, and without the
        // characters that options are separated by.
        let lowerNames = lowers.map(\.path.string).joined(separator: ":")
        if lowers.count == 1 {
            below = lowers[0]
        } else {
            try OverlayMount.mount("lowerdir=\(lowerNames)", at: stack.lowerTarget)
            below = try OverlayMount.open(stack.lowerTarget)
        }
        try OverlayMount.mount(
            "lowerdir=\(lowerNames),upperdir=\(upper.path),workdir=\(work.path)", at: stack.target)
        merged = try OverlayMount.open(stack.target)
        namespace = try OverlayMount.open("/proc/thread-self/ns/mnt", O_RDONLY)
        // Their descriptors are in the options: an optimised build would close them after their last mention.
        withExtendedLifetime((lowers, upper, work)) {}
    }

    private static func mount(_ options: String, at target: FilePath) throws(ContainerError) {
        // Without redirects and metadata-only copies an upper folder says all by itself.
        let extra = Privileges.isInUserNamespace ? ",userxattr" : ",redirect_dir=off,metacopy=off,index=off"
        guard options.utf8.count + extra.utf8.count + unsynced.utf8.count < 4096 else {
            throw .invalid("the image has too many layers: overlayfs can stack some 200")
        }
        let mount = { (options: String) in stet_mount("overlay", target.string, "overlay", options) }
        // Kernels before 5.10 do not know that option.
        if options.contains(",upperdir="), mount(options + extra + unsynced) == 0 { return }
        try check("mount an overlay", mount(options + extra))
    }

    /// Nothing of a root need survive a power cut, and an unmount would otherwise wait for the disk.
    private static let unsynced = ",volatile"

    private static func open(
        _ path: FilePath, _ flags: Int32 = Int32(stet_open_path)
    ) throws(ContainerError) -> OpenFile {
        let raw = Glibc.open(path.string, flags | O_CLOEXEC)
        guard raw >= 0 else { throw .file(FileError("open", path, .current)) }
        return OpenFile(owning: raw)
    }

    private static func check(_ operation: String, _ status: Int32) throws(ContainerError) {
        guard status == 0 else { throw .system(operation: operation, .current, advice: "see `stet doctor`") }
    }
}
