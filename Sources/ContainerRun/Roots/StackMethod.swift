// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization
package import SystemPackage

/// How a writable root is made out of layers; what works best comes first.
package enum StackMethod: String, CaseIterable, Sendable {
    /// The kernel's overlayfs.
    case overlay
    /// The same through FUSE, for kernels that refuse it, and for folders that are on an overlay themselves.
    case fuse = "fuse-overlayfs"
    /// A copy of everything.
    case copy

    private static let known = Mutex<[FilePath: StackMethod]>([:])

    /// The first that works in a folder.
    ///
    /// That is found out by trying, once; that the best one works is remembered in the folder until the
    /// machine is started again.
    static func working(in folder: FilePath) throws(ContainerError) -> StackMethod {
        if let method = known.withLock({ $0[folder] }) { return method }
        let memory = Memory(folder)
        let method: StackMethod =
            if memory.holds || StackMethod.overlay.fault(in: folder) == nil {
                .overlay
            } else if StackMethod.fuse.fault(in: folder) == nil {
                .fuse
            } else {
                .copy
            }
        if method == .overlay, !memory.holds { memory.keep() }
        known.withLock { $0[folder] = method }
        return method
    }

    /// That overlayfs has worked in a folder.
    private struct Memory {
        private let file: FilePath
        private let text: String
        let holds: Bool

        init(_ folder: FilePath) {
            file = folder.appending("stacks")
            var status = stat()
            _ = stat(folder.string, &status)
            // A folder that was copied to another file system has another number there.
            text =
                "\(StackLabel.boot) \(status.st_dev) \(status.st_ino) \(geteuid()) "
                + "\(Privileges.isInUserNamespace)\n"
            holds = (try? WholeFile.read(file, limitBytes: 4096)) == Array(text.utf8)
        }

        func keep() {
            try? WholeFile.write(Array(text.utf8), to: file, durable: false)
        }
    }

    /// Why it does not work in a folder; nil when it does.
    ///
    /// Blocks.
    package func fault(in folder: FilePath) -> ContainerError? {
        do throws(ContainerError) {
            guard self != .copy else { return nil }
            let work = try WorkFolder(in: folder.appending("work"))
            let stack = try Scaffold(in: work, lowers: [folder.appending("empty")]).stack
            switch self {
            case .overlay: _ = try OverlayMount(stack)
            case .fuse: _ = try OverlayMount(throughFUSE: stack)
            case .copy: break
            }
            return nil
        } catch {
            return error
        }
    }
}
