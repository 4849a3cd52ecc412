// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization
import SystemPackage

/// The folders and files of a root that are only there because something is mounted over them.
///
/// They go away with the last container that runs in the root: those of one may be those of another, too.
final class MountPlaces: Sendable {
    private struct State {
        var users = 0
        /// The outermost first.
        var made: [FilePath] = []
    }

    private let state = Mutex(State())

    /// Makes what is missing, for one container more.
    func enter(_ tree: RootTree, for mounts: [RuntimeSpec.Mount]) throws(FileError) {
        try state.withLock { state throws(FileError) in
            state.users += 1
            do throws(FileError) {
                try make(mounts, in: tree, &state.made)
            } catch {
                leave(tree, &state)
                throw error
            }
        }
    }

    /// A container has ended.
    func leave(_ tree: RootTree) {
        state.withLock { leave(tree, &$0) }
    }

    private func leave(_ tree: RootTree, _ state: inout State) {
        state.users -= 1
        guard state.users == 0 else { return }
        for path in state.made.reversed() { tree.removeEmpty(path) }
        state.made = []
    }

    private func make(
        _ mounts: [RuntimeSpec.Mount], in tree: RootTree, _ made: inout [FilePath]
    ) throws(FileError) {
        for (index, mount) in mounts.enumerated() {
            let target = FilePath(mount.destination)
            // What lies in another mount is made there, by the runtime.
            if mounts[..<index].contains(where: { target.starts(with: FilePath($0.destination)) }) {
                continue
            }
            if isFile(mount) {
                made += try tree.makeFile(target)
            } else {
                made += try tree.makeFolder(target, mode: mode(of: mount))
            }
        }
    }

    /// A runtime may give a new file system the mode of the folder that it lies over.
    private func mode(of mount: RuntimeSpec.Mount) -> UInt32 {
        let option = mount.options.last { $0.hasPrefix("mode=") }
        return option.flatMap { UInt32($0.dropFirst(5), radix: 8) } ?? 0o755
    }

    private func isFile(_ mount: RuntimeSpec.Mount) -> Bool {
        mount.type == "bind" && !Folder.isFolder(FilePath(mount.source))
    }
}
