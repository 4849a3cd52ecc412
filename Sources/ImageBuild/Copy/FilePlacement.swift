// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive

/// Puts what a `COPY` or `ADD` found at its destination, on a draft.
///
/// Source: Dockerfile reference, "COPY"; where it is silent, BuildKit.
struct FilePlacement {
    /// nil keeps the source's owners.
    var owner: Owner?
    /// nil keeps the source's permissions.
    var mode: ModeChange?
    /// `--exclude`: relative to the source, or to a source's folder for one that is a file.
    var excluded = PatternList.none
    /// As written, after expansion: relative to `workingFolder`.
    let destination: String
    let workingFolder: String

    /// - Throws: For several sources and a destination that is no folder, and where kinds clash; the draft is
    /// then of no further use.
    func put(_ items: [CopyItem], on draft: inout LayerDraft) throws(Problem) {
        let target = CleanPath.absolute(destination.asName, in: workingFolder.asName)
        if items.count > 1, !isFolder(target, in: draft.tree) {
            throw Problem(
                "several sources need a folder as destination, which \(destination) is not",
                hint: "end it with '/'")
        }
        for item in items {
            switch item {
            case .found(let tree, let path, let name):
                try put(path, of: tree, named: name, at: target, on: &draft)
            case .selected(let tree, let folder, let patterns):
                let place = try makeFolders(target, on: &draft)
                guard let position = tree.position(of: folder) else { continue }
                var walk = FolderCopy(placement: self, source: tree, selected: patterns)
                try walk.copy(position, to: place, on: &draft)
            case .unpacked(let archive):
                let place = try draft.makeFolders(target, owner: owner ?? .root)
                try archive.put(at: place, owner: owner, excluded: excluded, on: &draft)
            }
        }
    }

    private func put(
        _ path: String, of tree: FileTree, named name: String, at target: String, on draft: inout LayerDraft
    ) throws(Problem) {
        guard let position = tree.position(of: path) else { throw Problem("\(path) does not exist") }
        let node = tree.node(at: position)
        if node.kind == .folder {
            let folder = try makeFolders(target, on: &draft)
            var walk = FolderCopy(placement: self, source: tree, selected: nil)
            try walk.copy(position, to: folder, on: &draft)
        } else if !excluded.matches(name) {
            try put(node, named: name, at: target, on: &draft)
        }
    }

    /// Makes what is missing of a destination, its parents too.
    ///
    /// Source: BuildKit since 0.21: a number of `--chmod` counts for them as well, changes of a mode do not.
    private func makeFolders(_ path: String, on draft: inout LayerDraft) throws(Problem) -> String {
        try draft.makeFolders(path, owner: owner ?? .root, mode: mode?.ofNewFolders ?? 0o755)
    }

    /// The destination is written as a folder: `a/`, `.`, `..`.
    private var namesFolder: Bool {
        destination.isEmpty || destination.hasSuffix("/") || [".", ".."].contains(destination)
            || destination.hasSuffix("/.") || destination.hasSuffix("/..")
    }

    private func isFolder(_ path: String, in tree: FileTree) -> Bool {
        namesFolder || tree.resolve(path)?.node?.kind == .folder
    }

    private func put(
        _ node: FileTree.Node, named name: String, at target: String, on draft: inout LayerDraft
    ) throws(Problem) {
        if isFolder(target, in: draft.tree) {
            let folder = try makeFolders(target, on: &draft)
            return try put(node, at: folder == "/" ? "/" + name : folder + "/" + name, on: &draft)
        }
        // A link at the end is written through: what it names changes, or comes to be.
        guard let place = draft.tree.resolve(target) else {
            throw Problem("too many links on the way to \(target)")
        }
        let parent = "/" + CleanPath.components(place.path).dropLast().joined(separator: "/")
        _ = try makeFolders(parent, on: &draft)
        try put(node, at: place.path, on: &draft)
    }

    private func put(_ node: FileTree.Node, at path: String, on draft: inout LayerDraft) throws(Problem) {
        try draft.put(try self.node(node, at: path), at: path)
    }

    /// A node as it will be at a path: with the owner and the mode that the instruction gives.
    func node(_ node: FileTree.Node, at path: String) throws(Problem) -> FileTree.Node {
        var node = node
        node.owner = owner ?? node.owner
        if case .symlink = node.kind {
            node.mode = 0o777
        } else if let mode {
            node.mode = mode.apply(to: node.mode, isFolder: node.kind == .folder)
        }
        if let last = path.lastIndex(of: "/"), path[path.index(after: last)...].hasPrefix(".wh.") {
            throw Problem(
                "\(path) cannot be in a layer: a name with .wh. at its beginning means there that a file is gone",
                hint: "exclude it: --exclude=**/.wh.*")
        }
        return node
    }
}

extension PatternList {
    /// Matches nothing.
    fileprivate static var none: PatternList { DockerIgnore().patterns }
}
