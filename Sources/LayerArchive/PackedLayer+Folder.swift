// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

extension PackedLayer {
    /// Packs everything in a folder into one layer, the same way on every machine: depth first, names sorted
    /// by bytes, owner 0:0, one time for all, hard links kept.
    ///
    /// Permissions are those of ``NormalMode``. Of the extended attributes, `user.*` and `security.capability` are
    /// kept. Sockets are left out.
    ///
    /// The folder's content becomes the layer's root; the folder itself is no entry. `temporary` is where the
    /// finished file will be: it must exist, and not lie in the folder. `mtime` is for every entry, in
    /// seconds since 1970.
    package static func packing(
        _ folder: FilePath, in temporary: FilePath, compression: LayerCompression = .standard,
        mtime: Int64 = 0
    ) throws(LayerError) -> PackedLayer {
        let writer = try LayerWriter(in: temporary, compression: compression)
        var tree = try FolderTree(folder)
        while var next = try tree.next() {
            next.entry.mtime = mtime
            try writer.append(next.entry, content: next.content)
        }
        return try writer.finish()
    }
}
