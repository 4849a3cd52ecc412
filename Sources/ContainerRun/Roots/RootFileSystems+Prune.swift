// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

extension RootFileSystems {
    /// What ``prune(unusedFor:isDry:)`` has removed.
    package struct Pruned: Hashable, Sendable {
        package var stacks = 0
        /// What they took of the disk.
        package var bytes: Int64 = 0

        package init() {}
    }

    /// Removes unpacked layers that nobody uses and that nobody has asked for lately.
    ///
    /// A stack goes only when those on top of it have gone. Everything that is removed can be made again.
    ///
    /// - Parameters:
    ///   - age: How long ago the last use must be; zero is everything that is not in use now.
    ///   - isDry: Removes nothing, and says what it would remove.
    /// - Returns: How much that was.
    /// - Throws: When something cannot be removed; what was removed before is gone.
    package func prune(
        unusedFor age: Duration = .zero, isDry: Bool = false
    ) async throws(ContainerError) -> Pruned {
        try await ContainerError.blocking { [self] in
            Result { () throws(ContainerError) in
                try pruneNow(before: RootFileSystems.now - age.components.seconds, isDry: isDry)
            }
        }
    }

    private static var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec)
    }

    private func pruneNow(before limit: Int64, isDry: Bool) throws(ContainerError) -> Pruned {
        var pruned = Pruned()
        var gone: Set<String> = []
        while true {
            var hasChanged = false
            for leaf in try leaves(besides: gone) {
                guard let bytes = try remove(leaf, before: limit, isDry: isDry) else { continue }
                (hasChanged, pruned.stacks) = (true, pruned.stacks + 1)
                pruned.bytes += bytes
                gone.insert(leaf)
            }
            // Those below may have become leaves.
            guard hasChanged else { return pruned }
        }
    }

    /// The stacks that no other stands on, when some are gone.
    private func leaves(besides gone: Set<String>) throws(ContainerError) -> [String] {
        try ContainerError.file { () throws(FileError) in
            let names = try Folder.names(in: layersFolder).filter { !$0.hasPrefix(".") && !gone.contains($0) }
            var parents: Set<Substring> = []
            for name in names {
                guard let label = try? WholeFile.read(label(of: name), limitBytes: 4096) else { continue }
                let parent = String(decoding: label, as: UTF8.self).prefix { $0 != " " }
                parents.insert(parent.drop { $0 != ":" }.dropFirst())
            }
            return names.filter { !parents.contains($0[...]) }
        }
    }

    private func label(of name: String) -> FilePath { layersFolder.appending(name).appending("parent") }

    /// - Returns: What it took of the disk; nil when somebody uses it or has used it lately.
    private func remove(
        _ name: String, before limit: Int64, isDry: Bool
    ) throws(ContainerError) -> Int64? {
        let folder = layersFolder.appending(name)
        let trash = try WorkFolder(in: workFolder)
        do throws(FileError) {
            // Nobody takes a lease meanwhile.
            let guardian = try FileLock(on: lockFile, .exclusive)
            var status = stat()
            guard stat(folder.string, &status) == 0, Int64(status.st_mtim.tv_sec) <= limit,
                let lock = try FileLock(trying: folder, .exclusive)
            else { return nil }
            let pruned = trash.path.appending("pruned")
            let isGone = isDry || rename(folder.string, pruned.string) == 0
            _ = consume lock
            _ = consume guardian
            return isGone ? Folder.diskUsage(of: isDry ? folder : pruned) : nil
        } catch {
            throw .file(error)
        }
    }
}
