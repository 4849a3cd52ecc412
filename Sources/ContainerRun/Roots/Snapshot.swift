// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import LayerArchive
package import OCISpec
import Synchronization
import SystemPackage

/// A stack of unpacked layers that nobody changes, and the right to count on it while the value lives.
///
/// Made by ``RootFileSystems/snapshot(of:missing:)``; ``mount()`` gives a writable root on top of it.
package final class Snapshot: Sendable {
    let roots: RootFileSystems
    /// nil for the empty root.
    let chain: ChainID?
    private let below: Snapshot?
    /// On the stack's folder.
    private let lease: Mutex<FileLock?>

    init(emptyIn roots: RootFileSystems) {
        self.roots = roots
        chain = nil
        below = nil
        lease = Mutex(nil)
    }

    private init(_ chain: ChainID, on below: Snapshot, lease: consuming FileLock) {
        roots = below.roots
        self.chain = chain
        self.below = below
        self.lease = Mutex(lease)
    }

    /// The chain ID of the layers; nil for the empty root.
    package var chainID: Digest? { chain?.digest }

    /// What to stack, the topmost first.
    var lowers: [FilePath] {
        guard let chain else { return [roots.emptyFolder] }
        let own = roots.folder(of: chain).appending("fs")
        guard let below, below.chain != nil, roots.method != .copy else { return [own] }
        return [own] + below.lowers
    }

    /// A writable root, for this process and the containers that it runs.
    package func mount() async throws(ContainerError) -> MountedRoot {
        try await ContainerError.blocking { [self] in
            Result { () throws(ContainerError) in
                try MountedRoot(on: self)
            }
        }
    }

    /// The stack with a layer on top, unpacked where it is missing, after that has been told.
    ///
    /// Blocks.
    func adding(_ layer: RootLayer, missing: () -> Void) throws(ContainerError) -> Snapshot {
        let next = ChainID(layer.diffID, on: chain)
        if let snapshot = try existing(next) { return snapshot }
        missing()
        // Whoever comes second waits here, and finds what the first one has made.
        let lock = try roots.lockMaking(next)
        if let snapshot = try existing(next) { return snapshot }
        let root = try MountedRoot(on: self)
        do {
            try LayerExtractor(root: root.path, named: "/").apply(layer.file, expecting: layer.diffID)
        } catch {
            guard case .differs(let expected, let actual) = error else { throw .layer(error) }
            throw .wrongDiffID(layer: layer.file, expected: expected, actual: actual)
        }
        let snapshot = try keep(root, as: next)
        _ = consume lock
        return snapshot
    }

    /// The stack with what was done in a root of this one on top; the root is over.
    ///
    /// Blocks.
    func adding(_ root: MountedRoot, as diffID: Digest) throws(ContainerError) -> Snapshot {
        let next = ChainID(diffID, on: chain)
        let lock = try roots.lockMaking(next)
        if let snapshot = try existing(next) {
            root.unmount()
            return snapshot
        }
        let snapshot = try keep(root, as: next)
        _ = consume lock
        return snapshot
    }

    /// Gives a root's changes their name among the stacks.
    private func keep(_ root: MountedRoot, as next: ChainID) throws(ContainerError) -> Snapshot {
        root.unmount()
        let folder = roots.folder(of: next)
        do throws(FileError) {
            let label = StackLabel(parent: chain?.digest).text
            try WholeFile.write(Array(label.utf8), to: root.layer.appending("parent"), durable: false)
            // One that does not count any more, from before the machine was started.
            try Folder.remove(folder)
            guard rename(root.layer.string, folder.string) == 0 else {
                throw FileError("rename to \(folder)", root.layer, .current)
            }
        } catch {
            throw .file(error)
        }
        guard let snapshot = try existing(next) else {
            throw .file(FileError("keep", folder, .noSuchFileOrDirectory))
        }
        return snapshot
    }

    /// - Returns: nil when there is none, or one from before the machine was started.
    private func existing(_ next: ChainID) throws(ContainerError) -> Snapshot? {
        let folder = roots.folder(of: next)
        do throws(FileError) {
            // Nothing is pruned meanwhile.
            let guardian = try FileLock(on: roots.lockFile, .shared)
            guard let label = try? WholeFile.read(folder.appending("parent"), limitBytes: 4096),
                String(decoding: label, as: UTF8.self) == StackLabel(parent: chain?.digest).text
            else { return nil }
            let lease = try FileLock(on: folder, .shared)
            // The time of its last use, for ``RootFileSystems/prune(unusedFor:)``.
            utimensat(AT_FDCWD, folder.string, nil, 0)
            _ = consume guardian
            return Snapshot(next, on: self, lease: lease)
        } catch {
            throw .file(error)
        }
    }
}

extension RootFileSystems {
    func folder(of chain: ChainID) -> FilePath { layersFolder.appending(chain.digest.encoded) }

    /// Waits until nobody else makes this stack, or one of some others.
    func lockMaking(_ chain: ChainID) throws(ContainerError) -> FileLock {
        do {
            return try FileLock(layersFolder.appending(".making-\(chain.digest.encoded.prefix(2))"))
        } catch {
            throw .file(error)
        }
    }
}
