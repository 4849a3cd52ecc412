// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import OCISpec
import SystemPackage

extension FileTree {
    /// Puts a layer on top: what its whiteouts take away of the layers below, then its entries.
    ///
    /// `file` has the bytes of `layer`. Blocks.
    ///
    /// Source: image-spec 1.1, layer.md: a whiteout hides only what lower layers have, wherever in the layer
    /// it stands.
    mutating func apply(_ layer: Descriptor, in file: FilePath) throws(LayerError) {
        var reader = try LayerReader(file)
        var entries: [LayerEntry] = []
        while let entry = try reader.next() {
            switch Whiteout(entry.path) {
            case .removed(let path)?: hide(path)
            case .opaque(let folder)?:
                if let place = resolve(folder.string) { removeContents(of: place.path) }
            case .ignored?: break
            case nil: entries.append(entry)
            }
        }
        _ = try reader.finish()
        for entry in entries { add(entry, of: layer) }
    }

    private mutating func hide(_ path: FilePath) {
        if let place = resolve(path.string, followsLast: false) { remove(place.path) }
    }

    private mutating func add(_ entry: LayerEntry, of layer: Descriptor) {
        guard let place = resolve(entry.path.string, followsLast: false),
            let kind = kind(of: entry, in: layer)
        else { return }
        let isRoot = place.path == "/"
        guard !isRoot || kind == .folder else { return }
        let owner = Owner(user: entry.uid, group: entry.gid)
        insert(
            Node(mode: entry.mode, owner: owner, kind: kind, extendedAttributes: entry.xattrs), at: place.path
        )
    }

    /// - Returns: nil for a hard link to nothing.
    private func kind(of entry: LayerEntry, in layer: Descriptor) -> Kind? {
        switch entry.kind {
        case .file(let size): .file(.layer(layer, path: entry.path.string, count: size))
        case .directory: .folder
        case .symlink(let target): .symlink(target: target)
        case .hardLink(let target): resolve(target.string, followsLast: false)?.node?.kind
        case .fifo, .characterDevice, .blockDevice: .special
        }
    }
}
