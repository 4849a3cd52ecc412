// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import DockerfileSyntax
import Glibc
import SourceText
import SystemPackage

/// The mounts of one command while it runs: folders made for it, locks on caches, secrets.
///
/// All of it goes away with the value.
final class RunMounts {
    private(set) var mounts: [ContainerMount] = []
    /// Variables that mounts bring: secrets, and the place of an agent's socket.
    private(set) var environment: [String] = []
    private var folders: [LeasedFolder] = []
    private var caches: [CacheMount] = []

    private let workshop: Workshop
    private let origins: [BuildPlan.Origin: FileTree]
    private let workingFolder: String

    init(
        _ workshop: Workshop, origins: [BuildPlan.Origin: FileTree], workingFolder: String
    ) {
        self.workshop = workshop
        self.origins = origins
        self.workingFolder = workingFolder
    }

    /// Makes everything ready, in the order of the flags.
    func prepare(_ command: RunCommand) async throws(BuildError) {
        if let script = command.script { try await add(script) }
        for bound in command.mounts { try await add(bound) }
    }

    private func add(_ script: RunCommand.Script) async throws(BuildError) {
        let folder = try await folder(in: workshop.layers.scratch)
        try await BuildError.wrapStore {
            try await BlockingThread.run {
                let file = folder.appending(script.name)
                try WholeFile.write(Array(script.content.utf8), to: file, mode: 0o755, durable: false)
                chmod(file.string, 0o755)
                chmod(folder.string, 0o755)
            }
        }
        mounts.append(
            ContainerMount(.bind(folder), at: FilePath(RunCommand.scriptFolder), isReadOnly: true))
    }

    private func add(_ bound: RunCommand.Bound) async throws(BuildError) {
        let mount = bound.mount
        switch mount.kind {
        case .bind(_, let source):
            let folder = try await folder(in: workshop.layers.scratch)
            let tree = origins[bound.origin] ?? FileTree()
            let export = TreeExport(
                tree: tree, name: workshop.name(of: bound.origin), layers: workshop.layers)
            let path = try await problem(at: bound.location) { try await export.write(source, into: folder) }
            append(.bind(path), mount)
        case .cache(let identity, let sharing, let seed, let access):
            try await add(cache: identity, sharing, seed, access, of: bound)
        case .tmpfs(let size): append(.tmpfs(sizeBytes: size, mode: 0o1777), mount)
        case .secret(let identity, let variable, let isRequired, let access):
            try await add(secret: identity, variable, isRequired, access, of: bound)
        case .ssh(let identity, let isRequired, _):
            guard let socket = workshop.running.agents[identity] else {
                guard isRequired else { return }
                throw .invalid(workshop.source.missingAgent(identity, at: bound.location))
            }
            let target = mount.target.map(absolute) ?? "/run/buildkit/ssh_agent.\(environment.count)"
            mounts.append(ContainerMount(.bind(socket), at: FilePath(target)))
            environment.append("SSH_AUTH_SOCK=\(target)")
        }
    }

    private func add(
        cache identity: String, _ sharing: Mount.Sharing, _ seed: Mount.Seed?, _ access: Mount.Access,
        of bound: RunCommand.Bound
    ) async throws(BuildError) {
        guard let folder = workshop.commands?.cacheMounts else { return }
        let export = TreeExport(
            tree: origins[bound.origin] ?? FileTree(), name: workshop.name(of: bound.origin),
            layers: workshop.layers)
        // A cache that begins with other files, or as another user's, is another cache, as in BuildKit.
        let namespace = workshop.running.cacheNamespace.map { "\($0)/" } ?? ""
        var name = "\(namespace)\(identity)\n\(access.user):\(access.group) \(access.mode)"
        if let seed {
            let key = try await problem(at: bound.location) {
                try await BlockingThread.run { try export.key(of: seed.source) }
            }
            name += "\n\(key.hexadecimal)"
        }
        let cacheName = name
        let cache = try await problem(at: bound.location) {
            guard let seed else { return try await CacheMount.open(cacheName, sharing, access, in: folder) }
            return try await CacheMount.open(cacheName, sharing, access, in: folder) { empty in
                _ = try await export.write(seed.source, into: empty)
            }
        }
        caches.append(cache)
        append(.bind(cache.folder), bound.mount)
    }

    private func add(
        secret identity: String, _ variable: String?, _ isRequired: Bool, _ access: Mount.Access,
        of bound: RunCommand.Bound
    ) async throws(BuildError) {
        guard let source = workshop.running.secrets[identity] else {
            guard isRequired else { return }
            throw .invalid(workshop.source.missingSecret(identity, at: bound.location))
        }
        let bytes = try await problem(at: bound.location) { try await source.read() }
        if let variable { environment.append("\(variable)=\(String(decoding: bytes, as: UTF8.self))") }
        guard bound.mount.target != nil else { return }
        let memory = Folder.isFolder(Self.memory)
        let folder = try await folder(in: memory ? Self.memory : workshop.layers.scratch)
        let file = folder.appending("secret")
        try await BuildError.wrapStore {
            try await BlockingThread.run {
                try WholeFile.write(bytes, to: file, mode: 0o600, durable: false)
                guard geteuid() == 0 else { return }
                guard chown(file.string, access.user, access.group) == 0,
                    chmod(file.string, access.mode) == 0
                else { throw FileError("set the owner of", file, Errno.current) }
            }
        }
        append(.bind(file), bound.mount)
    }

    // MARK: Small things

    private func append(_ source: ContainerMount.Source, _ mount: Mount) {
        guard let target = mount.target else { return }
        mounts.append(
            ContainerMount(source, at: FilePath(absolute(target)), isReadOnly: mount.isReadOnly))
    }

    private func absolute(_ path: String) -> String { CleanPath.absolute(path, in: workingFolder) }

    /// The file system in memory, where there is one: a secret has no business on a disk.
    private static let memory: FilePath = "/dev/shm"
    private static let prefix = ".stet-mount-"

    /// Removes what builds that were killed have left in memory.
    ///
    /// Blocks.
    static func sweepSecrets() {
        LeasedFolder.sweep(memory, prefix: prefix)
    }

    private func folder(in parent: FilePath) async throws(BuildError) -> FilePath {
        let folder = try await BuildError.wrapStore {
            try await BlockingThread.run { try LeasedFolder(in: parent, prefix: Self.prefix) }
        }
        folders.append(folder)
        return folder.path
    }

    private func problem<Value>(
        at location: SourceLocation, _ body: () async throws -> Value
    ) async throws(BuildError) -> Value {
        do {
            return try await BuildError.wrapStore(body)
        } catch {
            throw error.located(at: location, in: workshop.source)
        }
    }
}
