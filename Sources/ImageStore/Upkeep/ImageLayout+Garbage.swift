// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
package import OCISpec
import SystemPackage

extension ImageLayout {
    /// What a collection took away.
    package struct Collected: Hashable, Sendable {
        /// Contents that nothing reached.
        package var contents: Int
        /// Unfinished files and folders that dead processes left behind.
        package var leftovers: Int
        /// What the contents had, and what the leftovers took of the disk.
        package var bytes: Int64

        package init(contents: Int = 0, leftovers: Int = 0, bytes: Int64 = 0) {
            self.contents = contents
            self.leftovers = leftovers
            self.bytes = bytes
        }
    }

    /// Removes what nothing in the index reaches and nobody uses.
    ///
    /// Reached is what the index lists, with a name or without, what `roots` are, and everything under these,
    /// subjects included; and the content whose digest a name ends in, which is the index that the named image was
    /// chosen from. A content is removed only while nobody has a ``LayoutLease``: that is what keeps a
    /// running build's base image and a half-finished pull. A manifest goes before what it names, so that a
    /// manifest that is there stands for what is under it also when a collection was cut short.
    ///
    /// `patience` is how long to wait for leases to end; `isDry` removes nothing, and says what would go.
    ///
    /// - Throws: ``ImageStoreError/inUse(_:)``; and, because nobody knows what it reaches, the damage of an
    ///   index or manifest that cannot be read. Nothing is removed then.
    package func collectGarbage(
        keeping roots: [Descriptor] = [], patience: Duration = .zero, isDry: Bool = false
    ) async throws -> Collected {
        let collected = try await patiently(patience) {
            // On one thread from the lock to its end: nobody who waits for it can be in the way.
            try await BlockingThread.run { try self.collectIfUnused(keeping: roots, isDry: isDry) }
        }
        guard let collected else { throw ImageStoreError.inUse(folder) }
        return collected
    }

    /// - Returns: nil when somebody has a lease.
    private func collectIfUnused(keeping roots: [Descriptor], isDry: Bool) throws -> Collected? {
        guard let lock = try tryLock(.exclusive) else { return nil }
        let collected = try collect(keeping: roots, isDry: isDry)
        _ = consume lock
        return collected
    }

    private func collect(
        keeping roots: [Descriptor], isDry: Bool
    ) throws(ImageStoreError) -> Collected {
        var walk = LayoutWalk(self)
        for root in try self.roots() + roots { walk.add(root, label: "\(root.digest)") }
        for error in walk.unreadable.values {
            guard case .missing = error else { throw error }
        }
        let pinned = Set(try names().compactMap(\.pinnedDigest))
        return try ImageStoreError.file { () throws(FileError) in
            let inventory = try inventory()
            let garbage = inventory.contents.filter {
                walk.reached[$0.key] == nil && !pinned.contains($0.key)
            }
            var collected = Collected(contents: garbage.count, bytes: garbage.values.reduce(0, +))
            if !isDry { try remove(garbage) }
            let indexLock = try FileLock(lockPath)
            let top = try Folder.components(in: folder).filter(\.isPending).map { folder.appending($0) }
            var leftovers = inventory.pending + top
            if Folder.isFolder(temporary) {
                leftovers += try Folder.components(in: temporary).map { temporary.appending($0) }
            }
            collected.bytes += leftovers.reduce(0) { $0 + Folder.diskUsage(of: $1) }
            if !isDry { for leftover in leftovers { try Folder.remove(leftover) } }
            _ = consume indexLock
            collected.leftovers = leftovers.count
            return collected
        }
    }

    /// First what can name others, the one that names before the one that is named; then the rest.
    private func remove(_ garbage: [Digest: Int64]) throws(FileError) {
        let documents = documents(among: garbage)
        for digest in documents { try Folder.remove(path(of: digest)) }
        for folder in Set(documents.map { path(of: $0).removingLastComponent() }) { try Folder.sync(folder) }
        for digest in garbage.keys { try Folder.remove(path(of: digest)) }
    }

    /// The contents that are JSON, each before those whose digests it has.
    private func documents(among garbage: [Digest: Int64]) -> [Digest] {
        var named: [Digest: Set<Digest>] = [:]
        for (digest, size) in garbage where size <= LayoutWalk.limitBytes && mayBeJSON(digest) {
            guard let bytes = try? WholeFile.read(path(of: digest), limitBytes: LayoutWalk.limitBytes) else {
                continue
            }
            named[digest] = JSONValue.digests(in: bytes)
        }
        var order: [Digest] = []
        var visited: Set<Digest> = []
        for root in named.keys {
            var stack = [(digest: root, isDone: false)]
            while let (digest, isDone) = stack.popLast() {
                if isDone {
                    order.append(digest)
                } else if let children = named[digest], visited.insert(digest).inserted {
                    stack.append((digest, true))
                    stack += children.map { ($0, false) }
                }
            }
        }
        return order.reversed()
    }

    /// Looks at the first byte only: layers are many and large.
    private func mayBeJSON(_ digest: Digest) -> Bool {
        let start = ByteSource.file(path(of: digest), offset: 0, count: 1)
        return (try? start.readAll())?.allSatisfy { "{ \t\r\n".utf8.contains($0) } ?? false
    }
}

extension ImageLayout.Name {
    /// D of `NAME@D`: what a person asked for, which may be an index that has the image.
    fileprivate var pinnedDigest: Digest? {
        name.lastIndex(of: "@").flatMap { try? Digest(String(name[name.index(after: $0)...])) }
    }
}
