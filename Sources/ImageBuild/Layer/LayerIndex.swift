// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import OCISpec
import SystemPackage

/// What is in a layer: its entries in their order, and the hash of each file.
struct LayerIndex: Sendable {
    var entries: [LayerEntry] = []
    /// Beside ``entries``; nil for what is no file.
    var hashes: [ContentHash?] = []
    /// Of the layer's tar stream.
    var diffID: Digest

    /// By path as the entries have it, of files alone.
    func hashesByPath() -> [String: ContentHash] {
        var table: [String: ContentHash] = [:]
        for (entry, hash) in zip(entries, hashes) {
            table[entry.path.nameText] = hash ?? table[entry.path.nameText]
        }
        return table
    }

    /// Reads a whole layer.
    ///
    /// Blocks.
    init(of file: FilePath, accepting compressions: ReadCompressions = .layers) throws(LayerError) {
        var reader = try LayerReader(file, accepting: compressions)
        var index: (entries: [LayerEntry], hashes: [ContentHash?]) = ([], [])
        while let entry = try reader.next() {
            var hash: ContentHash?
            if case .file(let size) = entry.kind {
                var content = HoledContent(size: size)
                try reader.content { bytes, offset throws(LayerError) in content.add(bytes, at: offset) }
                hash = content.finish()
            }
            index.entries.append(entry)
            index.hashes.append(hash)
        }
        (entries, hashes) = index
        diffID = try reader.finish()
    }

    init(entries: [LayerEntry], hashes: [ContentHash?], diffID: Digest) {
        self.entries = entries
        self.hashes = hashes
        self.diffID = diffID
    }
}

/// A file's hash from its pieces; what lies between them are zeros.
struct HoledContent {
    let size: Int64
    private var digester = Digester()

    private static let zeros = [UInt8](repeating: 0, count: 64 << 10)

    init(size: Int64) {
        self.size = size
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
        fill(to: offset)
        digester.update(bytes)
    }

    mutating func finish() -> ContentHash {
        fill(to: size)
        return ContentHash(digester)
    }

    private mutating func fill(to offset: Int64) {
        while digester.count < offset {
            let count = Int(min(Int64(Self.zeros.count), offset - digester.count))
            Self.zeros.withUnsafeBytes { digester.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
