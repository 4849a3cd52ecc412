// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// A layer in the making: what an instruction adds, on top of the tree that it finds.
struct LayerDraft {
    /// The tree with everything that was added so far.
    private(set) var tree: FileTree
    /// What the layer will contain, by path from the root.
    private(set) var added: [String: FileTree.Node] = [:]

    init(on tree: FileTree) {
        self.tree = tree
    }

    /// Puts a file or a link at a path without links, or a folder with the given mode and owner.
    ///
    /// - Throws: Where a folder would replace something else, or something else a folder.
    mutating func put(_ node: FileTree.Node, at path: String) throws(Problem) {
        try check(tree.node(at: path), against: node, at: path)
        tree.insert(node, at: path)
        added[path] = node
    }

    /// The same for a name in a folder that was found before; `path` is where that is.
    ///
    /// - Returns: Where the node now is.
    @discardableResult
    mutating func put(
        _ node: FileTree.Node, named name: String, in folder: FileTree.Position, at path: String
    ) throws(Problem) -> FileTree.Position {
        try check(tree.position(of: name, in: folder).map { tree.node(at: $0) }, against: node, at: path)
        added[path] = node
        return tree.insert(node, named: name, in: folder)
    }

    private func check(
        _ existing: FileTree.Node?, against node: FileTree.Node, at path: String
    ) throws(Problem) {
        guard let existing, (existing.kind == .folder) != (node.kind == .folder) else { return }
        throw Problem(
            node.kind == .folder
                ? "cannot copy a folder over \(path), which is not one"
                : "cannot copy a file over the folder \(path)")
    }

    /// Puts a node at a path without links as an archive's entry does: a folder over a folder keeps what is
    /// in it, anything else takes the place of what was there.
    mutating func replace(_ node: FileTree.Node, at path: String) {
        if node.kind != .folder, tree.node(at: path)?.kind == .folder {
            let inside = path + "/"
            added = added.filter { !$0.key.hasPrefix(inside) }
        }
        tree.insert(node, at: path)
        added[path] = node
    }

    /// Puts everything on top that another draft adds, whatever the tree has at its paths.
    mutating func merge(_ other: LayerDraft) {
        for (path, node) in other.sorted { replace(node, at: path) }
    }

    /// Makes a folder and its missing parents, all with these permissions, through the links on the way; `path`
    /// begins at `root`, a folder that is there, out of which no link leads.
    ///
    /// - Returns: The folder's path without links.
    mutating func makeFolders(
        _ path: String, owner: Owner, mode: UInt32 = 0o755, in root: String = "/"
    ) throws(Problem) -> String {
        var current = root
        for name in CleanPath.components(path) {
            let relative = current.dropFirst(root == "/" ? 0 : root.count)
            guard let place = tree.resolve("\(relative)/\(name)", root: root) else {
                throw Problem("too many links on the way to \(path)")
            }
            if let node = place.node {
                guard node.kind == .folder else {
                    throw Problem("\(place.path) is in the way: it is not a folder")
                }
            } else {
                try putMissing(place.path, owner: owner, mode: mode)
            }
            current = place.path
        }
        return current
    }

    /// A link can lead to a folder whose parents are missing too.
    private mutating func putMissing(
        _ path: String, owner: Owner, mode: UInt32
    ) throws(Problem) {
        var current = ""
        for name in path.split(separator: "/") {
            current += "/" + name
            let existing = tree.node(at: current)
            guard existing == nil || existing?.kind == .folder else {
                throw Problem("\(current) is in the way: it is not a folder")
            }
            if existing == nil {
                try put(FileTree.Node(mode: mode, owner: owner, kind: .folder), at: current)
            }
        }
    }

    /// What was added, a folder before what is in it, names in the order of their bytes.
    var sorted: [(path: String, node: FileTree.Node)] {
        // What is compared is made once for each path, and nodes are not moved about.
        let paths = added.keys.map { path in (path: path, key: path.utf8.map { $0 == 0x2F ? 0 : $0 }) }
        return paths.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { path, _ in
            added[path].map { (path: path, node: $0) }
        }
    }
}
