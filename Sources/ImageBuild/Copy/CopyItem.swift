// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// One thing that a `COPY` or `ADD` puts at its destination.
enum CopyItem: Sendable {
    /// What is at a path of a tree: a file gets the name, of a folder its contents are meant.
    case found(FileTree, path: String, name: String)
    /// `--parents`: what patterns select below a folder of a tree, with the folders on the way.
    case selected(FileTree, folder: String, PatternList)
    /// `ADD` of an archive.
    case unpacked(UnpackedArchive)

    /// There is nothing that could be copied.
    var isEmpty: Bool {
        guard case .selected(let tree, let folder, let patterns) = self else { return false }
        return !SelectedFiles(tree: tree, folder: folder).hasMatch(of: patterns)
    }

    /// A file that is in no tree yet.
    static func file(_ name: String, _ node: FileTree.Node) -> CopyItem {
        var tree = FileTree()
        tree.insert(node, named: name, in: .root)
        return .found(tree, path: "/" + name, name: name)
    }
}
