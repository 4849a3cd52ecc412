// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
package import SystemPackage

/// The unpacked layers of images, in a folder that several processes share.
///
/// There is a folder for each stack of layers, with what the topmost of them changes, as overlayfs has it:
/// stacks with the same layers below share them. A layer is unpacked through a mount of the layers below, so
/// that links and whiteouts mean what they mean in the whole tree.
///
///     ROOTFS/overlay/CHAIN/fs        what a layer changes
///     ROOTFS/overlay/CHAIN/parent    the chain below, and the boot in which it was made
///     ROOTFS/work/stet-…/            one mounted root; locked, and swept when its process has died
///
/// What was made is not forced to the disk: a stack counts only until the machine starts again, for it can be
/// made again.
package struct RootFileSystems: Sendable {
    package let folder: FilePath
    /// How roots are stacked here.
    package let method: StackMethod

    var workFolder: FilePath { folder.appending("work") }
    /// For an overlay's lower folder where there is no layer.
    var emptyFolder: FilePath { folder.appending("empty") }
    /// For the filters of system calls.
    var filterFolder: FilePath { folder.appending("filters") }
    var lockFile: FilePath { folder.appending(".lock") }
    var layersFolder: FilePath { folder.appending(method.rawValue) }

    /// Makes the folder where it is missing, and removes what dead processes have left in it: their folders,
    /// cgroups and networks.
    ///
    /// Blocks for a moment.
    ///
    /// - Parameters:
    ///   - folder: Where.
    ///   - method: How roots are stacked; nil for what works best there.
    /// - Throws: When the folder cannot be made, and for who is neither root nor in a user namespace.
    package init(_ folder: FilePath, method: StackMethod? = nil) throws(ContainerError) {
        try RootFileSystems.checkCaller()
        self.folder = folder
        _ = OpenFileLimit.ofContainers
        let work = folder.appending("work")
        try ContainerError.file { () throws(FileError) in
            try Folder.create(work)
            try Folder.create(folder.appending("empty"))
            // Whatever the umask: it is what everybody sees as the root of an empty image.
            chmod(folder.appending("empty").string, 0o755)
            try WorkFolder.sweep(work) { Cgroup.removeAll(of: $0) }
            if !Privileges.isInUserNamespace { SubnetLease.sweep() }
        }
        if let method {
            self.method = method
        } else {
            self.method = try StackMethod.working(in: folder)
        }
        try ContainerError.file { [layersFolder, lockFile] () throws(FileError) in
            try Folder.create(layersFolder)
            if WholeFile.size(lockFile) == nil { try WholeFile.write([], to: lockFile, durable: false) }
        }
    }

    /// - Throws: For who is neither root nor in a user namespace, with what to do about it.
    package static func checkCaller() throws(ContainerError) {
        guard !Privileges.isRoot else { return }
        throw .invalid(UserNamespace.fault() ?? "containers need root, or a user namespace")
    }

    /// The root file system that layers make, the base layer first; those that are missing are unpacked.
    ///
    /// Several callers may ask for the same: one unpacks, the others wait for it. `missing` is called with the index
    /// of each layer that has to be unpacked or waited for, before that is done.
    ///
    /// - Throws: ``ContainerError/wrongDiffID(layer:expected:actual:)`` for a layer that is another than the
    ///   image says; nothing of it is kept.
    package func snapshot(
        of layers: [RootLayer], missing: @escaping @Sendable (_ index: Int) -> Void = { _ in }
    ) async throws(ContainerError) -> Snapshot {
        var snapshot = Snapshot(emptyIn: self)
        for (index, layer) in layers.enumerated() {
            if Task.isCancelled { throw .cancelled }
            let below = snapshot
            snapshot = try await ContainerError.blocking {
                Result { () throws(ContainerError) in
                    try below.adding(layer) { missing(index) }
                }
            }
        }
        return snapshot
    }
}
