// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import OCISpec
import SystemPackage

extension FileTree {
    /// Puts a layer on top: what its whiteouts take away of the layers below, then its entries.
    ///
    /// `entries` are those of `layer`, in its order. With `keepingTimes` nodes have the times of their entries.
    ///
    /// Source: image-spec 1.1, layer.md: a whiteout hides only what lower layers have, wherever in the layer
    /// it stands.
    mutating func apply(
        _ entries: [LayerEntry], of layer: Descriptor, keepingTimes: Bool = false
    ) {
        var additions: [LayerEntry] = []
        for entry in entries {
            switch Whiteout(entry.path) {
            case .removed(let path)?: hide(path)
            case .opaque(let folder)?:
                if let place = resolve(folder.nameText) { removeContents(of: place.path) }
            case .ignored?: break
            case nil: additions.append(entry)
            }
        }
        for entry in additions { add(entry, of: layer, mtime: keepingTimes ? entry.mtime : nil) }
    }

    private mutating func hide(_ path: FilePath) {
        if let place = resolve(path.nameText, followsLast: false) { remove(place.path) }
    }

    private mutating func add(_ entry: LayerEntry, of layer: Descriptor, mtime: Int64?) {
        guard let place = resolve(entry.path.nameText, followsLast: false),
            let kind = kind(of: entry, in: layer)
        else { return }
        let isRoot = place.path == "/"
        guard !isRoot || kind == .folder else { return }
        let owner = Owner(user: entry.uid, group: entry.gid)
        var node = Node(mode: entry.mode, owner: owner, kind: kind, extendedAttributes: entry.xattrs)
        node.mtime = mtime
        if case .hardLink(let target) = entry.kind { node = linked(node, to: target) }
        insert(node, at: place.path)
    }

    /// The node of a further name of a file: the same one, which now has several.
    private mutating func linked(_ node: Node, to target: FilePath) -> Node {
        guard let place = resolve(target.nameText, followsLast: false), var first = place.node else {
            return node
        }
        first.isLinked = true
        insert(first, at: place.path)
        return first
    }

    /// - Returns: nil for a hard link to nothing.
    private func kind(of entry: LayerEntry, in layer: Descriptor) -> Kind? {
        switch entry.kind {
        case .file(let size): .file(.layer(layer, path: entry.path.nameText, count: size))
        case .directory: .folder
        case .symlink(let target): .symlink(target: target)
        case .hardLink(let target): resolve(target.nameText, followsLast: false)?.node?.kind
        case .fifo: .fifo
        case .characterDevice(let major, let minor): .device(isBlock: false, major: major, minor: minor)
        case .blockDevice(let major, let minor): .device(isBlock: true, major: major, minor: minor)
        }
    }
}
