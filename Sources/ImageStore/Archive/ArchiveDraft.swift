// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import SystemPackage

/// A tar file on its way: whole under its name, or absent.
///
/// Blocks. The same files in the same order give the same bytes.
struct ArchiveDraft: ~Copyable {
    private var writer: LayerWriter
    private let place: UnfinishedPlace
    private var scratch: LeasedFolder?
    private let target: FilePath
    private var names: Set<String> = []

    init(of target: FilePath) throws {
        let place = try UnfinishedPlace(beside: target, prefix: ArchiveDraft.prefix)
        let writer = try LayerWriter(in: place.folder, compression: .none, isDurable: true)
        self.place = place
        self.target = target
        self.writer = writer
    }

    /// Of the names of folders beside an archive while it is written.
    static let prefix = ".stet-archive-"

    /// A folder for what is needed until the archive is whole; where that lies until then.
    mutating func folder() throws(FileError) -> FilePath {
        let made: LeasedFolder
        if let scratch {
            made = scratch
        } else {
            made = try LeasedFolder(in: place.folder, prefix: ArchiveDraft.prefix)
            scratch = made
        }
        return made.path
    }

    /// Adds a file; one of the same name must be the same file and is left out.
    ///
    /// `copied` hears how many of its bytes have been read so far.
    mutating func add(
        _ name: String, _ content: LayerContent, size: Int64, copied: (_ bytes: Int64) -> Void = { _ in }
    ) throws {
        guard names.insert(name).inserted else { return }
        var digester: Digester?
        try writer.append(
            LayerEntry(FilePath(name), .file(size: size), mode: 0o644), content: content, hashing: &digester,
            copied: copied)
    }

    mutating func add(_ name: String, _ bytes: [UInt8]) throws {
        try add(name, .bytes(bytes), size: Int64(bytes.count))
    }

    mutating func add(folder name: String) throws {
        guard names.insert(name).inserted else { return }
        try writer.append(LayerEntry(FilePath(name), .directory, mode: 0o755))
    }

    /// Completes the file and gives it its name, replacing what has it.
    consuming func finish() throws {
        let target = target
        let place = place
        try writer.finish().move(to: target)
        withExtendedLifetime(place) {}
    }
}
