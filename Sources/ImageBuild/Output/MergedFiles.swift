// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The files of several platforms in one place: `platform-split=false`.
struct MergedFiles {
    private var draft = LayerDraft(on: FileTree())
    /// Whose it is, by path from the root.
    private var owners: [String: Platform] = [:]

    /// Adds the files of one platform; a folder of several has the mode and owner of the first.
    ///
    /// - Throws: Where another platform has something of the same name that is no folder, even if it is the same.
    ///
    /// Source: BuildKit, the local exporter.
    mutating func add(_ tree: FileTree, of platform: Platform) throws(InvalidValue) {
        try add(tree, from: .root, below: "", of: platform)
    }

    /// Folders before what is in them, names in the order of their bytes.
    var entries: [PackedEntry] { draft.entries(mtime: 0) }

    private mutating func add(
        _ tree: FileTree, from folder: FileTree.Position, below target: String, of platform: Platform
    ) throws(InvalidValue) {
        for (name, position) in tree.contents(of: folder) {
            let node = tree.node(at: position)
            let path = target + "/" + name
            if let other = owners[path] {
                guard node.kind == .folder, draft.added[path]?.kind == .folder else {
                    throw InvalidValue(
                        "output", "platform-split=false",
                        "\(path) of \(platform) would overwrite that of \(other); leave it out, or name the files "
                            + "by their platform")
                }
            } else {
                owners[path] = platform
                draft.replace(node, at: path)
            }
            if node.kind == .folder { try add(tree, from: position, below: path, of: platform) }
        }
    }
}
