// SPDX-License-Identifier: Apache-2.0

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

    /// The first that works in a folder; found out once.
    static func working(in folder: FilePath) throws(ContainerError) -> StackMethod {
        if let method = known.withLock({ $0[folder] }) { return method }
        let method: StackMethod =
            if StackMethod.overlay.fault(in: folder) == nil {
                .overlay
            } else if StackMethod.fuse.fault(in: folder) == nil {
                .fuse
            } else {
                .copy
            }
        known.withLock { $0[folder] = method }
        return method
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
