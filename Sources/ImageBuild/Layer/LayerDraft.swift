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
        if let existing = tree.node(at: path), (existing.kind == .folder) != (node.kind == .folder) {
            throw Problem(
                node.kind == .folder
                    ? "cannot copy a folder over \(path), which is not one"
                    : "cannot copy a file over the folder \(path)")
        }
        tree.insert(node, at: path)
        added[path] = node
    }

    /// Makes a folder and its missing parents, through the links on the way, with mode 0755.
    ///
    /// - Returns: The folder's path without links.
    mutating func makeFolders(_ path: String, owner: Owner) throws(Problem) -> String {
        var current = "/"
        for name in CleanPath.components(path) {
            guard let place = tree.resolve(current + "/" + name) else {
                throw Problem("too many links on the way to \(path)")
            }
            if let node = place.node {
                guard node.kind == .folder else {
                    throw Problem("\(place.path) is in the way: it is not a folder")
                }
            } else {
                try putMissing(place.path, owner: owner)
            }
            current = place.path
        }
        return current
    }

    /// A link can lead to a folder whose parents are missing too.
    private mutating func putMissing(_ path: String, owner: Owner) throws(Problem) {
        var current = ""
        for name in path.split(separator: "/") {
            current += "/" + name
            let existing = tree.node(at: current)
            guard existing == nil || existing?.kind == .folder else {
                throw Problem("\(current) is in the way: it is not a folder")
            }
            if existing == nil {
                try put(FileTree.Node(mode: 0o755, owner: owner, kind: .folder), at: current)
            }
        }
    }

    /// What was added, a folder before what is in it, names in the order of their bytes.
    var sorted: [(path: String, node: FileTree.Node)] {
        added.map { (path: $0.key, node: $0.value) }.sorted { first, second in
            first.path.utf8.lazy.map { $0 == 0x2F ? 0 : $0 }
                .lexicographicallyPrecedes(second.path.utf8.lazy.map { $0 == 0x2F ? 0 : $0 })
        }
    }
}
