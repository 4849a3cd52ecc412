// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// Copies what is in a folder of a tree: all of it, or what patterns select and others leave.
struct FolderCopy {
    let placement: FilePlacement
    let source: FileTree
    /// nil for everything.
    let selected: PatternList?
    /// Folders on the way that are made when something in them is copied, with what they will be.
    private var waiting: [Waiting] = []

    private struct Waiting {
        let path: String
        let node: FileTree.Node
    }

    /// A folder of the source and what the patterns say of it.
    private struct Inside {
        let position: FileTree.Position
        /// From the folder that is copied; empty for itself.
        let relative: String
        let target: String
        /// Where the target is in the draft; nil while it waits.
        let place: FileTree.Position?
        let selected: PatternList.Answer?
        let excluded: PatternList.Answer?

        /// A name in the folder.
        func path(of name: String) -> String { target == "/" ? "/" + name : target + "/" + name }
    }

    init(placement: FilePlacement, source: FileTree, selected: PatternList?) {
        self.placement = placement
        self.source = source
        self.selected = selected
    }

    /// `target` is a folder's path without links, which is there.
    mutating func copy(
        _ folder: FileTree.Position, to target: String, on draft: inout LayerDraft
    ) throws(Problem) {
        try copy(
            Inside(
                position: folder, relative: "", target: target, place: draft.tree.position(of: target),
                selected: nil, excluded: nil), on: &draft)
    }

    private mutating func copy(_ folder: Inside, on draft: inout LayerDraft) throws(Problem) {
        for (name, position) in source.contents(of: folder.position) {
            let node = source.node(at: position)
            let relative = folder.relative.isEmpty ? name : folder.relative + "/" + name
            let excluded =
                placement.excluded.isEmpty
                ? nil : placement.excluded.answer(for: relative, in: folder.excluded)
            let selected = selected?.answer(for: relative, in: folder.selected)
            let isTaken = selected?.isMatch ?? true && !(excluded?.isMatch ?? false)
            let place = isTaken ? try put(node, named: name, in: folder, on: &draft) : nil
            guard node.kind == .folder else { continue }
            let inside = Inside(
                position: position, relative: relative, target: folder.path(of: name), place: place,
                selected: selected, excluded: excluded)
            if isTaken {
                try copy(inside, on: &draft)
            } else if canTakeSomething(in: inside) {
                waiting.append(Waiting(path: inside.target, node: node))
                let count = waiting.count
                try copy(inside, on: &draft)
                if waiting.count == count { waiting.removeLast() }
            }
        }
    }

    private mutating func put(
        _ node: FileTree.Node, named name: String, in folder: Inside, on draft: inout LayerDraft
    ) throws(Problem) -> FileTree.Position? {
        try makeWaiting(on: &draft)
        let path = folder.path(of: name)
        guard let place = folder.place ?? draft.tree.position(of: folder.target) else {
            throw Problem("\(folder.target) is not there")
        }
        return try draft.put(try placement.node(node, at: path), named: name, in: place, at: path)
    }

    private func canTakeSomething(in folder: Inside) -> Bool {
        if folder.excluded?.isMatch ?? false, !placement.excluded.hasExceptions(inside: folder.relative) {
            return false
        }
        guard let selected, let answer = folder.selected, !answer.isMatch else { return true }
        return selected.canMatch(inside: folder.relative)
    }

    /// Makes the folders on the way to something; one that is there already stays as it is.
    private mutating func makeWaiting(on draft: inout LayerDraft) throws(Problem) {
        for folder in waiting where draft.tree.node(at: folder.path)?.kind != .folder {
            try draft.put(try placement.node(folder.node, at: folder.path), at: folder.path)
        }
        waiting = []
    }
}
