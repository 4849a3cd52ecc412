// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import SystemPackage

/// Takes files out of layers so that another layer can have them.
///
/// Its functions block.
struct LayerSpool {
    let catalog: LayerCatalog
    /// Where the files lie meanwhile.
    let folder: FilePath

    /// Writes the contents that are in layers to files, with one pass over each layer.
    ///
    /// - Returns: The file of each of them. They are the caller's to remove.
    func fetch(_ contents: [FileTree.Content]) throws -> [FileTree.Content: FilePath] {
        var wanted: [Descriptor: [FilePath: FileTree.Content]] = [:]
        for content in contents {
            guard case .layer(let layer, let path, _) = content else { continue }
            wanted[layer, default: [:]][FilePath(nameText: path)] = content
        }
        var files: [FileTree.Content: FilePath] = [:]
        for (layer, names) in wanted {
            var reader = try catalog.reader(of: layer)
            var missing = names
            while !missing.isEmpty, let entry = try reader.next() {
                guard let content = names[entry.path], case .file(let size) = entry.kind else { continue }
                let file = folder.appending("\(layer.digest.encoded.prefix(12))-\(files.count)")
                try write(reader, size: size, to: file)
                files[content] = file
                missing[entry.path] = nil
            }
            if let name = missing.keys.first {
                throw LayerError.archive(entry: name.string, reason: "it is not in the layer any more")
            }
        }
        return files
    }

    func content(
        _ content: FileTree.Content, among files: [FileTree.Content: FilePath]
    ) -> LayerContent {
        switch content {
        case .bytes(let bytes): .bytes(bytes)
        case .host(let path, _): .file(path)
        case .layer: files[content].map(LayerContent.file) ?? .bytes([])
        }
    }

    func remove(_ files: [FileTree.Content: FilePath]) {
        for file in files.values { try? Folder.remove(file) }
    }

    private func write(_ reader: borrowing LayerReader, size: Int64, to file: FilePath) throws {
        try FileError.wrap("write", file) {
            let descriptor = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite])
            try descriptor.closeAfter {
                try reader.content { bytes, offset throws(LayerError) in
                    do {
                        try descriptor.writeAll(toAbsoluteOffset: offset, bytes)
                    } catch {
                        throw LayerError.file(FileError("write", file, error as? Errno ?? .ioError))
                    }
                }
                try descriptor.resize(to: size)
            }
        }
    }
}
