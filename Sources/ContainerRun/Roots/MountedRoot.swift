// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import LayerArchive
package import OCISpec
import Synchronization
package import SystemPackage

/// A writable root file system on top of a snapshot.
///
/// It is mounted where only this process and its containers see it, and goes away with the value, and also
/// when the process is killed.
package final class MountedRoot: Sendable {
    package let snapshot: Snapshot
    let work: WorkFolder
    private let scaffold: Scaffold
    private let mounted: Mutex<OverlayMount?>
    /// For the mounts of the containers in it.
    let places = MountPlaces()
    /// What is older than this was there before.
    let start: timespec

    /// Blocks.
    init(on snapshot: Snapshot) throws(ContainerError) {
        self.snapshot = snapshot
        work = try WorkFolder(in: snapshot.roots.workFolder)
        scaffold = try Scaffold(in: work, lowers: snapshot.lowers)
        switch snapshot.roots.method {
        case .overlay: mounted = Mutex(try OverlayMount(scaffold.stack))
        case .fuse: mounted = Mutex(try OverlayMount(throughFUSE: scaffold.stack))
        case .copy:
            try TreeCopy.copy(snapshot.lowers[0], to: scaffold.stack.upper)
            mounted = Mutex(nil)
        }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        start = now
    }

    /// The merged tree, as a path that means something inside this process only, and not after ``unmount()``.
    ///
    /// Links in it that are absolute lead outside: resolve names with ``RootTree``.
    package var path: FilePath { mounted.withLock { $0?.merged.path } ?? scaffold.stack.upper }

    /// A thing in the root, whose links lead nowhere else.
    package var tree: RootTree { RootTree(path) }

    /// What becomes a layer's folder.
    var layer: FilePath { scaffold.layer }

    /// What the changes are in: see ``changes()``.
    var upper: FilePath { scaffold.stack.upper }

    /// What was there before.
    var belowPath: FilePath { mounted.withLock { $0?.below.path } ?? snapshot.lowers[0] }

    /// Where a container finds it, and in which mount namespace; nil for this process's own.
    var place: (path: FilePath, namespace: OpenFile?) {
        mounted.withLock { mount in
            mount.map { (scaffold.stack.target, $0.namespace) } ?? (scaffold.stack.upper, nil)
        }
    }

    /// Gives up the mount; again does nothing.
    package func unmount() {
        mounted.withLock { $0 = nil }
    }

    /// Makes what was done here the top of a new snapshot, without packing and unpacking it.
    ///
    /// The root is over. The snapshot is the same as if the layer `diffID` had been unpacked: that is what
    /// the caller vouches for.
    ///
    /// - Parameters:
    ///   - diffID: That of the layer that ``changes()`` were packed into.
    ///   - mtime: The time that the layer gives all its entries, in seconds since 1970; nil when it keeps
    ///     theirs.
    /// - Returns: The snapshot; when there was one already, that.
    /// - Throws: When the folder cannot be moved; the root is over all the same.
    package func adopt(as diffID: Digest, mtime: Int64?) async throws(ContainerError) -> Snapshot {
        try await ContainerError.blocking { [self] in
            Result { () throws(ContainerError) in
                if let mtime { try setTimes(mtime) }
                return try snapshot.adding(self, as: diffID)
            }
        }
    }

    /// What a layer says about what was done here, in the order in which a layer has it.
    ///
    /// Times are those of the files. What the runtime made as a place for a mount is not among it.
    package func changes() async throws(ContainerError) -> [LayerChange] {
        try await ContainerError.blocking { [self] in
            Result { () throws(ContainerError) in
                var walk = ChangeWalk(of: self)
                return try walk.changes()
            }
        }
    }
}
