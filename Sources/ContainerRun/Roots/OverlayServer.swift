// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A fuse-overlayfs at work: it serves one mount, and ends with this value.
///
/// Source: fuse-overlayfs(1).
final class OverlayServer: Sendable {
    private let program: LaunchedProgram
    private static let patience = 2500

    /// Mounts folders, the topmost of `lowers` first, and waits until that is done.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - lowers: What is stacked.
    ///   - upper: The folder for changes and one for work; nil for a mount that cannot be written.
    ///   - target: Where.
    ///   - namespace: The mount namespace that it is mounted in.
    /// - Throws: When fuse-overlayfs is not there, or says why it cannot.
    init(
        _ lowers: [FilePath], _ upper: (FilePath, FilePath)?, at target: FilePath, in namespace: OpenFile
    ) throws(ContainerError) {
        guard access("/dev/fuse", R_OK | W_OK) == 0 else { throw .invalid("/dev/fuse cannot be used") }
        let path = try Program("fuse-overlayfs").path
        if let odd = (lowers + [target]).first(where: { $0.string.contains { ",:\\".contains($0) } }) {
            throw .invalid("fuse-overlayfs cannot have a comma, a colon or a backslash in \(odd)")
        }
        var options = "lowerdir=" + lowers.map(\.string).joined(separator: ":")
        if let upper { options += ",upperdir=\(upper.0),workdir=\(upper.1)" }
        let words = try MemoryFile()
        program = try LaunchedProgram(
            blocking: LaunchedProgram.Launch(
                program: path, arguments: ["-f", "-o", options, target.string], environment: [],
                input: words.raw,
                output: words.raw, error: words.raw, mounts: namespace, sharesMounts: true, folder: "/"))
        for _ in 0..<OverlayServer.patience {
            if OverlayServer.isMounted(target, in: namespace) { return }
            guard !program.hasEnded else { break }
            usleep(2000)
        }
        program.kill()
        let text = String(decoding: (try? words.content()) ?? [], as: UTF8.self).filter { !$0.isNewline }
        throw .invalid("fuse-overlayfs cannot mount: \(text.isEmpty ? "it gives no reason" : text)")
    }

    deinit { program.kill() }

    private static func isMounted(_ target: FilePath, in namespace: OpenFile) -> Bool {
        let answer = NamespaceThread.run {
            guard stet_unshare(stet_own_folder) == 0, stet_setns(namespace.raw, stet_new_mounts) == 0 else {
                return false
            }
            var status = stat()
            var parent = stat()
            return stat(target.string, &status) == 0
                && stat(target.removingLastComponent().string, &parent) == 0
                && status.st_dev != parent.st_dev
        }
        return answer ?? false
    }
}
