// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import Glibc
import LayerArchive
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage

/// A machine on which containers run, with a root that consists of busybox.
struct RootBusybox: Sendable {
    let scratch: ScratchFolder
    let roots: RootFileSystems
    let runtime: ContainerRuntime
    let base: Snapshot

    /// The layer of which the base consists.
    static let program: FilePath = "/usr/bin/busybox"

    /// True where these tests can run: whoever runs them is root, and has busybox and a runtime.
    static let isPossible: Bool = {
        let runtimes = ["/usr/bin/runc", "/usr/sbin/runc", "/usr/bin/crun"]
        return geteuid() == 0 && WholeFile.size(program) != nil
            && runtimes.contains(where: isExecutable)
    }()

    /// The ways to stack roots that work here.
    static let methods = StackMethod.allCases.filter { method in
        guard isPossible, let scratch = try? ScratchFolder(), let roots = try? RootFileSystems(scratch.path)
        else {
            return false
        }
        return method.fault(in: roots.folder) == nil
    }

    /// True where bridge networks can be made, too.
    static let hasNetworks =
        isExecutable("/usr/lib/podman/netavark") || isExecutable("/usr/libexec/podman/netavark")

    private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// `method` is nil for what works best here.
    init(_ method: StackMethod? = nil) async throws {
        scratch = try ScratchFolder()
        roots = try RootFileSystems(scratch.path.appending("rootfs"), method: method)
        if let current = EachRuntime.current {
            runtime = current
        } else {
            runtime = try await ContainerRuntime.probe(in: roots)
        }
        base = try await roots.snapshot(of: [RootBusybox.layer(in: scratch)])
    }

    static func layer(in scratch: ScratchFolder) throws -> RootLayer {
        try layer(in: scratch) { writer in
            for folder in ["bin", "etc", "opt", "tmp"] as [FilePath] {
                try writer.append(LayerEntry(folder, .directory, mode: folder == "tmp" ? 0o1777 : 0o755))
            }
            let size = WholeFile.size(program) ?? 0
            try writer.append(
                LayerEntry("bin/busybox", .file(size: size), mode: 0o755), content: .file(program))
            for name in [
                "sh", "ls", "cat", "id", "echo", "rm", "sleep", "dd", "kill", "true", "mkdir", "ping", "wget",
                "httpd", "nslookup", "stat", "touch", "ip", "hostname", "mount", "chmod", "mv", "grep",
                "test",
            ] {
                try writer.append(
                    LayerEntry(FilePath("bin/\(name)"), .symlink(target: "busybox"), mode: 0o777))
            }
            try writer.append(LayerEntry("opt/old", .file(size: 0), mode: 0o644))
            let passwd = Array("root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n".utf8)
            try writer.append(
                LayerEntry("etc/passwd", .file(size: Int64(passwd.count)), mode: 0o644),
                content: .bytes(passwd))
        }
    }

    /// A layer with what `fill` puts in it.
    static func layer(
        in scratch: ScratchFolder, _ fill: (borrowing LayerWriter) throws -> Void
    ) throws -> RootLayer {
        let writer = try LayerWriter(in: scratch.path, compression: .none)
        try fill(writer)
        let packed = try writer.finish()
        return RootLayer(diffID: packed.diffID, file: packed.file)
    }

    /// A layer of changes.
    static func layer(in scratch: ScratchFolder, _ changes: [LayerChange]) throws -> RootLayer {
        try layer(in: scratch) { writer in
            for change in changes { try writer.append(change.entry, content: change.content) }
        }
    }

    /// True when a cgroup of one of our containers is left.
    func hasCgroups() throws -> Bool {
        let work = try Folder.names(in: roots.folder.appending("work"))
        return try Folder.names(in: "/sys/fs/cgroup").contains { hierarchy in
            let names = (try? Folder.names(in: FilePath("/sys/fs/cgroup/\(hierarchy)/stet"))) ?? []
            return names.contains { name in work.contains { name.hasPrefix($0) } }
        }
    }

    /// Runs a line of shell and gives back what it said.
    func shell(
        _ line: String, in root: MountedRoot, _ change: (inout ContainerProcess) -> Void = { _ in }
    ) async throws -> (exit: ContainerExit, output: String, error: String) {
        var process = ContainerProcess(["/bin/sh", "-c", line])
        change(&process)
        let words = Words()
        let exit = try await runtime.run(process, in: root) { stream, bytes in words.add(bytes, stream) }
        return (exit, words.text(.output), words.text(.error))
    }
}

/// What a container says.
final class Words: Sendable {
    private let bytes = Mutex<[ContainerStream: [UInt8]]>([:])

    func add(_ more: [UInt8], _ stream: ContainerStream) {
        bytes.withLock { $0[stream, default: []] += more }
    }

    func text(_ stream: ContainerStream) -> String {
        String(decoding: bytes.withLock { $0[stream] ?? [] }, as: UTF8.self)
    }
}
