// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import OCISpec
import SystemPackage

/// The form in which the cache keeps an index.
extension LayerIndex {
    private static let magic = "stet layer index 2"

    var bytes: [UInt8] {
        var writer = BinaryWriter()
        writer.add(Self.magic)
        writer.add(diffID.description)
        for (entry, hash) in zip(entries, hashes) {
            writer.add(entry.path.nameText)
            entry.kind.write(to: &writer)
            writer.add(entry.mode)
            writer.add(entry.uid)
            writer.add(entry.gid)
            writer.add(entry.mtime)
            writer.add(entry.xattrs.count)
            for (name, value) in entry.xattrs.sorted(by: { $0.key < $1.key }) {
                writer.add(name)
                writer.add(value)
            }
            writer.add(hash)
        }
        return writer.bytes
    }

    /// nil for bytes that are no index.
    init?(_ bytes: [UInt8]) {
        var reader = BinaryReader(bytes)
        guard reader.text() == Self.magic, let diffID = reader.text().flatMap({ try? Digest($0) }) else {
            return nil
        }
        var index = LayerIndex(entries: [], hashes: [], diffID: diffID)
        while !reader.isAtEnd {
            guard let entry = LayerEntry(&reader), let hash = reader.hash() else { return nil }
            index.entries.append(entry)
            index.hashes.append(hash)
        }
        self = index
    }
}

extension LayerEntry {
    fileprivate init?(_ reader: inout BinaryReader) {
        guard let path = reader.text(), let kind = Kind(&reader), let mode = reader.number(),
            let uid = reader.number(), let gid = reader.number(), let mtime = reader.number(),
            let count = reader.number()
        else { return nil }
        self.init(FilePath(nameText: path), kind, mode: UInt32(truncatingIfNeeded: mode))
        self.uid = UInt32(truncatingIfNeeded: uid)
        self.gid = UInt32(truncatingIfNeeded: gid)
        self.mtime = mtime
        for _ in 0..<max(0, count) {
            guard let name = reader.text(), let value = reader.raw() else { return nil }
            xattrs[name] = Array(value)
        }
    }
}

extension LayerEntry.Kind {
    fileprivate func write(to writer: inout BinaryWriter) {
        writer.add(number)
        switch self {
        case .file(let size): writer.add(size)
        case .symlink(let target): writer.add(target)
        case .hardLink(let target): writer.add(target.nameText)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            writer.add(UInt64(major) << 32 | UInt64(minor))
        case .directory, .fifo: break
        }
    }

    fileprivate init?(_ reader: inout BinaryReader) {
        switch reader.number() {
        case 0: self = .directory
        case 1: self = .fifo
        case 2:
            guard let size = reader.number() else { return nil }
            self = .file(size: size)
        case 3:
            guard let target = reader.text() else { return nil }
            self = .symlink(target: target)
        case 4:
            guard let target = reader.text() else { return nil }
            self = .hardLink(target: FilePath(nameText: target))
        case let number? where number == 5 || number == 6:
            guard let device = reader.number() else { return nil }
            let (major, minor) = (
                UInt32(truncatingIfNeeded: device >> 32), UInt32(truncatingIfNeeded: device)
            )
            self =
                number == 5
                ? .characterDevice(major: major, minor: minor) : .blockDevice(major: major, minor: minor)
        default: return nil
        }
    }

    /// What stands for the kind in tables and keys.
    var number: Int {
        switch self {
        case .directory: 0
        case .fifo: 1
        case .file: 2
        case .symlink: 3
        case .hardLink: 4
        case .characterDevice: 5
        case .blockDevice: 6
        }
    }
}
