// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import SystemPackage

extension LayerAccess {
    /// A content as a file of this machine, written into `folder` where it is none.
    ///
    /// Blocks.
    func file(of content: FileTree.Content, in folder: FilePath) throws -> FilePath {
        switch content {
        case .host(let path, _): return path
        case .bytes(let bytes):
            let file = folder.appending("bytes")
            try WholeFile.write(bytes, to: file, durable: false)
            return file
        case .layer(_, let path, _):
            let files = try LayerSpool(catalog: catalog, folder: folder).fetch([content])
            guard let file = files[content] else {
                throw FileError("find", FilePath(nameText: path), .noSuchFileOrDirectory)
            }
            return file
        }
    }
}
