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
        package var bytes: Int64 = 0
    }

    /// The layers of all records: what a collection of the store keeps, for the cache to be worth something.
    ///
    /// Blocks.
    package func layers() -> [Descriptor] {
        var seen: Set<Digest> = []
        return found().compactMap(\.record.layer?.descriptor).filter { seen.insert($0.digest).inserted }
    }

    /// Takes records away, and with them the tables of files and layers that are as old, and cache mounts when
    /// all go.
    ///
    /// Builds that run meanwhile lose nothing but knowledge. Blocks.
    package func prune(_ pruning: Pruning) throws(FileError) -> Pruned {
        let records = found().sorted { $0.used > $1.used }
        var kept: [Digest: Int64] = [:]
        var pruned: [Found] = []
        for found in records {
            let layer = found.record.layer?.descriptor
            let size = layer.map { kept[$0.digest] == nil ? $0.size : 0 } ?? 0
            if pruning.takes(found.used, after: kept.values.reduce(0, +) + size) {
                pruned.append(found)
            } else if let layer {
                kept[layer.digest] = layer.size
            }
        }
        var result = Pruned()
        var freed: Set<Digest> = []
        for found in pruned {
            try Folder.remove(found.path)
            result.records += 1
            guard let layer = found.record.layer?.descriptor, kept[layer.digest] == nil else { continue }
            if freed.insert(layer.digest).inserted { result.bytes += layer.size }
        }
        try removeEmptyShapes()
        try pruneTables(pruning)
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

    private func pruneTables(_ pruning: Pruning) throws(FileError) {
        for folder in [layerIndexes, fileHashes] where Folder.isFolder(folder) {
            for name in try Folder.components(in: folder) {
                let path = folder.appending(name)
                if pruning.takes(Self.lastUse(path) ?? 0, after: 0) { try Folder.remove(path) }
            }
        }
        if pruning == .all { try CacheMount.removeUnused(in: mounts) }
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
