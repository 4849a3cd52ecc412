// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// What a layout has, seen from outside.
struct LayoutContents {
    let folder: FilePath

    /// The digests of all contents.
    func digests() throws -> Set<String> {
        let blobs = folder.pushing("blobs/sha256")
        guard let names = try? Folder.names(in: blobs) else { return [] }
        return Set(names.map { "sha256:\($0)" })
    }

    /// Those whose bytes are not what their name says.
    func wrongOnes() throws -> [String] {
        try digests().filter { name in
            let path = folder.pushing("blobs/sha256").appending(String(name.dropFirst("sha256:".count)))
            return "\(Digest(of: try WholeFile.read(path)))" != name
        }
    }
}
