// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
package import SystemPackage

/// What builds remember in a folder: which layer came out of which step.
///
/// A step is known by what goes into it, never by when or where it ran. Records are small files, replaced whole,
/// so that any number of processes may use one cache; the layers are in the image store, and a record whose
/// layer is gone says nothing.
package struct BuildCache: Hashable, Sendable {
    package let folder: FilePath

    /// Nothing is made before the first record is written.
    package init(_ folder: FilePath) {
        self.folder = folder
    }

    var steps: FilePath { folder.appending("steps") }
    /// The names in layers, by the layer's digest.
    var layerIndexes: FilePath { folder.appending("layers") }
    /// The names in archives that `ADD` unpacks, by the hash of the archive.
    var archiveIndexes: FilePath { folder.appending("archives") }
    /// The hashes of files, by the context's path.
    var fileHashes: FilePath { folder.appending("files") }
    /// What `RUN --mount=type=cache` keeps.
    package var mounts: FilePath { folder.appending("mounts") }

    /// Where the hashes of a context's files are kept.
    func hashes(of context: FilePath) -> FilePath {
        let path = realpath(context.string, nil)
        defer { free(path) }
        let name = path.map { String(cString: $0) } ?? context.string
        return fileHashes.appending(ContentHash(of: Array(name.utf8)).hexadecimal)
    }

    // MARK: Records; the functions block

    func path(of key: StepKey) -> FilePath {
        steps.appending(key.shape.hexadecimal).appending(key.content.hexadecimal)
    }

    func knows(_ shape: ContentHash) -> Bool {
        Folder.isFolder(steps.appending(shape.hexadecimal))
    }

    /// nil for a step that is not known, and for a record that cannot be read.
    func record(of key: StepKey) -> StepRecord? {
        let path = path(of: key)
        guard let bytes = try? WholeFile.read(path, limitBytes: 1 << 20) else { return nil }
        let record = try? JSONDocument.decode(StepRecord.self, from: bytes, noun: "cache record")
        if record != nil { BuildCache.touch(path) }
        return record
    }

    func write(_ record: StepRecord, for key: StepKey) throws {
        let path = path(of: key)
        try Folder.create(path.removingLastComponent())
        try WholeFile.write(JSONDocument.encode(record), to: path, durable: false)
    }

    // MARK: Commands

    /// False when no command for a platform was ever known here: one that cannot be run needs not be looked for.
    func mayKnowCommands(for platform: Platform) -> Bool { WholeFile.size(mark(of: platform)) != nil }

    func noteCommands(for platform: Platform) throws(FileError) {
        let mark = mark(of: platform)
        guard WholeFile.size(mark) == nil else { return }
        try Folder.create(mark.removingLastComponent())
        try WholeFile.write([], to: mark, durable: false)
    }

    private func mark(of platform: Platform) -> FilePath {
        folder.appending("platforms").appending(platform.description.replacing("/", with: "_"))
    }

    /// Remembers that something was of use; once an hour is enough to know what is old.
    static func touch(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0, status.st_mtim.tv_sec < time(nil) - 3600 else { return }
        utimensat(AT_FDCWD, path.string, nil, 0)
    }
}
