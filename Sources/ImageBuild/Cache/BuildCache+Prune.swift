// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import OCISpec
import SystemPackage

extension BuildCache {
    /// Which records a pruning takes away.
    package enum Pruning: Hashable, Sendable {
        case all
        /// What was of no use for so long.
        case unused(for: Duration)
        /// What was of no use for longest, until the layers of the rest have at most so many bytes.
        case keepingBytes(Int64)
    }

    /// What a pruning took away.
    package struct Pruned: Hashable, Sendable {
        package var records = 0
        /// What their layers have that no other record needs; the store gives the space back when it is collected.
        package var layerBytes: Int64 = 0
        /// What cache mounts and tables took of the disk.
        package var otherBytes: Int64 = 0
        /// The layers of the records that stay.
        package var kept: [Descriptor] = []
    }

    /// The layers of all records: what a collection of the store keeps, for the cache to be worth something.
    ///
    /// Blocks.
    package func layers() -> [Descriptor] {
        var seen: Set<Digest> = []
        return found().compactMap(\.record.layer?.descriptor).filter { seen.insert($0.digest).inserted }
    }

    /// Takes records away, and with them the tables of files and layers that are as old, and cache mounts when
    /// all go; `isDry` only says what would go.
    ///
    /// Builds that run meanwhile lose nothing but knowledge. Blocks.
    package func prune(_ pruning: Pruning, isDry: Bool = false) throws(FileError) -> Pruned {
        var (kept, bytes): ([Digest: Descriptor], Int64) = ([:], 0)
        var pruned: [Found] = []
        for found in found().sorted(by: { $0.used > $1.used }) {
            let layer = found.record.layer?.descriptor
            let size = layer.map { kept[$0.digest] == nil ? $0.size : 0 } ?? 0
            if pruning.takes(found.used, after: bytes + size) {
                pruned.append(found)
            } else if let layer {
                kept[layer.digest] = layer
                bytes += size
            }
        }
        var result = Pruned(records: pruned.count, kept: Array(kept.values))
        var freed: Set<Digest> = []
        for found in pruned {
            if !isDry { try Folder.remove(found.path) }
            guard let layer = found.record.layer?.descriptor, kept[layer.digest] == nil else { continue }
            if freed.insert(layer.digest).inserted { result.layerBytes += layer.size }
        }
        if !isDry { try removeEmptyShapes() }
        result.otherBytes = try pruneTables(pruning, isDry: isDry)
        return result
    }

    private struct Found {
        let path: FilePath
        let record: StepRecord
        /// Seconds since 1970.
        let used: Int64
    }

    private func found() -> [Found] {
        var found: [Found] = []
        for shape in (try? Folder.components(in: steps)) ?? [] {
            let folder = steps.appending(shape)
            for name in (try? Folder.components(in: folder)) ?? [] {
                let path = folder.appending(name)
                guard let bytes = try? WholeFile.read(path, limitBytes: 1 << 20),
                    let used = Self.lastUse(path)
                else { continue }
                let record = try? JSONDocument.decode(StepRecord.self, from: bytes, noun: "cache record")
                found.append(Found(path: path, record: record ?? StepRecord(layer: nil), used: used))
            }
        }
        return found
    }

    private func removeEmptyShapes() throws(FileError) {
        guard Folder.isFolder(steps) else { return }
        for shape in try Folder.components(in: steps) {
            // It fails where a record is, perhaps a new one: that is the point.
            rmdir(steps.appending(shape).string)
        }
    }

    /// - Returns: What goes took of the disk.
    private func pruneTables(_ pruning: Pruning, isDry: Bool) throws(FileError) -> Int64 {
        var bytes: Int64 = 0
        for folder in [layerIndexes, archiveIndexes, fileHashes, copies] where Folder.isFolder(folder) {
            for name in try Folder.components(in: folder) {
                let path = folder.appending(name)
                guard pruning.takes(Self.lastUse(path) ?? 0, after: 0) else { continue }
                bytes += Folder.diskUsage(of: path)
                if !isDry { try Folder.remove(path) }
            }
        }
        if pruning == .all { bytes += try CacheMount.removeUnused(in: mounts, isDry: isDry) }
        return bytes
    }

    private static func lastUse(_ path: FilePath) -> Int64? {
        var status = stat()
        return stat(path.string, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
    }
}

extension BuildCache.Pruning {
    /// `bytes` is what would be kept together with it.
    fileprivate func takes(_ used: Int64, after bytes: Int64) -> Bool {
        switch self {
        case .all: true
        case .unused(let duration): used < Int64(time(nil)) - duration.components.seconds
        case .keepingBytes(let limit): bytes > limit
        }
    }
}
