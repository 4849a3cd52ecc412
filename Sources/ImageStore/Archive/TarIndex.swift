// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Where the files of an uncompressed tar archive lie, so that they can be read in any order without a copy.
///
/// Nothing is taken out of the archive, so names are no danger here; names that would be when it is unpacked
/// are refused all the same, for somebody else will unpack it.
struct TarIndex: Sendable {
    private enum Entry {
        case file(offset: Int64, size: Int64)
        case link(to: String)
    }

    /// How many links in a row are followed.
    private static let linkLimit = 16

    private let file: FilePath
    private var entries: [String: Entry] = [:]

    /// Reads all headers.
    ///
    /// Blocks.
    ///
    /// - Throws: ``ImageStoreError/badArchive(_:reason:)``, with the entry's name where it is at one.
    init(_ file: FilePath, limits: ArchiveLimits) throws(ImageStoreError) {
        self.file = file
        var scanner = try TarScanner(file)
        while let entry = try scanner.next() {
            guard scanner.count <= limits.entries else {
                throw .badArchive(file, reason: "it has more than \(limits.entries) entries")
            }
            do {
                try add(entry)
            } catch {
                throw .badArchive(file, reason: "entry \"\(entry.name)\": \(error.reason)")
            }
        }
    }

    /// A file by its name, links followed; nil when there is none.
    func source(of name: String) -> ByteSource? {
        var name = name
        for _ in 0..<TarIndex.linkLimit {
            switch entries[name] {
            case .file(let offset, let size): return .file(file, offset: offset, count: size)
            case .link(let target): name = target
            case nil: return nil
            }
        }
        return nil
    }

    /// The names of the files in a folder, which ends with `/`.
    func names(under folder: String) -> [String] { entries.keys.filter { $0.hasPrefix(folder) } }

    private mutating func add(_ found: TarScanner.Entry) throws(TarHeader.Fault) {
        guard !found.name.isEmpty else { throw TarHeader.Fault("the name is empty") }
        guard let name = TarIndex.normal(found.name) else {
            throw TarHeader.Fault("the name leads out of the archive")
        }
        let entry: Entry
        switch found.kind {
        case .file: entry = .file(offset: found.offset, size: found.size)
        case .symlink, .hardLink:
            let target =
                found.kind == .symlink
                ? TarIndex.normal(found.linkTarget, seenFrom: name.split(separator: "/").dropLast())
                : TarIndex.normal(found.linkTarget)
            guard let target else {
                throw TarHeader.Fault("it links to \"\(found.linkTarget)\", out of the archive")
            }
            entry = .link(to: target)
        case .folder, .special, .pax, .globalPax, .longName, .longTarget: return
        }
        // Readers disagree which of two is meant.
        guard entries.updateValue(entry, forKey: name) == nil else {
            throw TarHeader.Fault("there are two entries of this name")
        }
    }

    /// The name without `.`; nil when it is absolute or could lead out.
    ///
    /// Only a symbolic link, `seenFrom` its folder, may have `..`.
    private static func normal(_ name: String, seenFrom folder: ArraySlice<Substring>? = nil) -> String? {
        guard !name.hasPrefix("/") else { return nil }
        var parts = folder ?? []
        for part in name.split(separator: "/") where part != "." {
            if part == ".." {
                guard folder != nil, parts.popLast() != nil else { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
