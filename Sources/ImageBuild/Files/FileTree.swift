// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SystemPackage

/// The names in a root filesystem or a context, without the contents: what is where, and of which kind.
///
/// Names have the text of ``SystemPackage/FilePath/nameText``.
///
/// Answers where a path leads without unpacking a layer. Every path is resolved inside the tree: `..` at the
/// root stays there, and an absolute link begins at the root.
struct FileTree: Sendable {
    /// Where a path leads.
    struct Place {
        /// From the root, without links.
        let path: String
        /// nil when nothing is there.
        let node: Node?
    }

    /// A node's place in one tree, which stays the same while the tree only grows.
    struct Position: Hashable, Sendable {
        fileprivate let slot: Int

        static let root = Position(slot: 0)
    }

    private struct Slot: Sendable {
        var node: Node
        var children: [String: Int] = [:]
    }

    /// What tells the state of the files of this machine that it was read from; nil where a later change might not
    /// show in it, and for trees that come from elsewhere.
    var signature: ContentHash?

    /// Slot 0 is the root; slots of removed nodes stay, unreachable.
    private var slots = [Slot(node: .newFolder)]

    init() {}

    // MARK: Reading

    /// Follows links on the way, and at the end where `followsLast` says so.
    ///
    /// With a `root`, a path without links to a folder, nothing leads out of that: `path` begins there, and so do
    /// absolute links.
    ///
    /// - Returns: nil for a loop of links. Below what does not exist the path goes on as it is written.
    func resolve(_ path: String, followsLast: Bool = true, root: String = "/") -> Place? {
        var pending = Array(path.split(separator: "/").reversed()).map(String.init)
        let start = way(to: root)
        var (names, stack) = start
        var links = 0
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                guard names.count > start.names.count else { continue }
                if stack.count > names.count, stack.count > 1 { stack.removeLast() }
                _ = names.popLast()
                continue
            }
            guard stack.count == names.count + 1, let child = slots[stack[stack.count - 1]].children[name]
            else {
                names.append(name)
                continue
            }
            if case .symlink(let target) = slots[child].node.kind, !pending.isEmpty || followsLast {
                links += 1
                guard links <= 40 else { return nil }
                if target.hasPrefix("/") { (names, stack) = start }
                pending += target.split(separator: "/").reversed().map(String.init)
            } else {
                names.append(name)
                stack.append(child)
            }
        }
        let isThere = stack.count == names.count + 1
        return Place(
            path: "/" + names.joined(separator: "/"), node: isThere ? slots[stack[stack.count - 1]].node : nil
        )
    }

    /// The names on the way to a folder, and the slots of all that are there, the root's first.
    private func way(to folder: String) -> (names: [String], stack: [Int]) {
        let names = folder.split(separator: "/").map(String.init)
        var stack = [0]
        for name in names {
            guard let child = slots[stack[stack.count - 1]].children[name] else { break }
            stack.append(child)
        }
        return (names, stack)
    }

    /// The node at a path without links in it.
    func node(at path: String) -> Node? { slot(at: path).map { slots[$0].node } }

    /// The names in a folder, sorted by bytes; empty for what is no folder.
    func names(in path: String) -> [String] {
        guard let slot = slot(at: path) else { return [] }
        return slots[slot].children.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func node(at position: Position) -> Node { slots[position.slot].node }

    /// What is in a folder, by names in the order of their bytes; empty for what is no folder.
    func contents(of position: Position) -> [(name: String, position: Position)] {
        slots[position.slot].children.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (name: $0.key, position: Position(slot: $0.value)) }
    }

    /// Where a name in a folder is; nil when nothing has it.
    func position(of name: String, in folder: Position) -> Position? {
        slots[folder.slot].children[name].map(Position.init)
    }

    /// Where a path without links is; nil when nothing is there.
    func position(of path: String) -> Position? { slot(at: path).map(Position.init) }

    private func slot(at path: String) -> Int? {
        var slot = 0
        for name in path.split(separator: "/") {
            guard let child = slots[slot].children[String(name)] else { return nil }
            slot = child
        }
        return slot
    }

    // MARK: Changing

    /// Puts a node at a path without links.
    ///
    /// Missing parents become folders; a folder over a folder keeps what is in it, anything else replaces
    /// what was there.
    mutating func insert(_ node: Node, at path: String) {
        var slot = 0
        let names = path.split(separator: "/").map(String.init)
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            if slots[slot].node.kind != .folder { slots[slot].node = .newFolder }
            if let child = slots[slot].children[name] {
                slot = child
            } else {
                slots.append(Slot(node: .newFolder))
                slots[slot].children[name] = slots.count - 1
                slot = slots.count - 1
            }
            if isLast, node.kind != .folder { slots[slot].children = [:] }
        }
        slots[slot].node = node
    }

    /// Puts a node into a folder; see ``insert(_:at:)``.
    @discardableResult
    mutating func insert(_ node: Node, named name: String, in folder: Position) -> Position {
        if let child = slots[folder.slot].children[name] {
            if node.kind != .folder { slots[child].children = [:] }
            slots[child].node = node
            return Position(slot: child)
        }
        slots.append(Slot(node: node))
        slots[folder.slot].children[name] = slots.count - 1
        return Position(slot: slots.count - 1)
    }

    /// Removes what is at a path without links, with everything in it; nothing there is fine.
    mutating func remove(_ path: String) {
        let names = CleanPath.components(path)
        guard let last = names.last, let parent = slot(at: names.dropLast().joined(separator: "/")) else {
            return
        }
        slots[parent].children[last] = nil
    }

    /// Removes everything in a folder, not the folder.
    mutating func removeContents(of path: String) {
        guard let slot = slot(at: path) else { return }
        slots[slot].children = [:]
    }
}
