// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import SystemPackage

/// A file that stands for a context: an archive of it, or the Dockerfile alone.
///
/// Its functions block.
struct FetchedFile: Sendable {
    let path: FilePath
    /// Where the context will be.
    let temporary: LeasedFolder

    /// A Dockerfile is a text; more is not one.
    private static let dockerfileLimitBytes = 16 << 20

    /// An archive is unpacked; anything else is the text of a Dockerfile.
    func context() throws -> ResolvedContext {
        let start = try start()
        if ArchiveSignature.isPresent(in: start) || ArchiveSignature.isZip(start) { return try archive() }
        let bytes = try WholeFile.read(path, limitBytes: Self.dockerfileLimitBytes)
        guard !bytes.isEmpty else { throw NoContext(description: "it is empty") }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw NoContext(description: "it is neither a tar archive nor the text of a Dockerfile")
        }
        var context = ResolvedContext(folder: try makeFolder(), in: temporary)
        context.dockerfile = text
        return context
    }

    /// - Throws: For what is no tar archive.
    func archive() throws -> ResolvedContext {
        let start = try start()
        guard !ArchiveSignature.isZip(start) else {
            throw NoContext(description: "it is a zip archive; pack the folder with tar")
        }
        guard ArchiveSignature.isPresent(in: start) else {
            throw NoContext(description: "it is neither a folder nor a tar archive")
        }
        let folder = try makeFolder()
        try LayerExtractor(root: folder, accepting: .archives).apply(path)
        return ResolvedContext(folder: folder, in: temporary)
    }

    private func makeFolder() throws(FileError) -> FilePath {
        let folder = temporary.path.appending("context")
        try Folder.create(folder)
        return folder
    }

    private func start() throws(FileError) -> [UInt8] {
        try FileError.wrap("read", path) {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try descriptor.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: ArchiveSignature.count) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        }
    }
}
