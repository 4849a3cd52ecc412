// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// Carries out the sources of one `COPY` on a draft.
///
/// Source: Dockerfile reference, "COPY"; where it is silent, BuildKit.
struct FileCopy {
    let source: FileTree
    /// What a message calls the source, as in `is not in …`.
    let sourceName: String
    /// nil keeps the source's owners.
    let owner: Owner?
    /// nil keeps the source's permissions.
    let mode: UInt32?
    /// As written, after expansion: relative to `workingFolder`.
    let destination: String
    let workingFolder: String

    /// A source that was found, and the name that it gets in a folder.
    struct Match: Hashable {
        let path: String
        let name: String
    }

    /// Finds what a source of the instruction means.
    ///
    /// - Returns: Empty when nothing matches the wildcards.
    /// - Throws: For a path without wildcards that does not exist.
    func matches(of text: String) throws(Problem) -> [Match] {
        let components = CleanPath.components(text)
        let fixed = Array(components.prefix { !PathPattern.hasWildcards($0) })
        guard fixed.count < components.count else {
            return [try match("/" + components.joined(separator: "/"), writtenAs: text)]
        }
        guard let pattern = PathPattern(components.dropFirst(fixed.count).joined(separator: "/")) else {
            throw Problem("'\(text)' is not a pattern", hint: "write [[] for a bracket in a name")
        }
        guard let start = source.resolve("/" + fixed.joined(separator: "/")), start.node != nil else {
            return []
        }
        var found: [Match] = []
        search(start.path, relative: "", pattern, &found)
        return found
    }

    private func search(_ folder: String, relative: String, _ pattern: PathPattern, _ found: inout [Match]) {
        for name in source.names(in: folder) {
            let path = relative.isEmpty ? name : relative + "/" + name
            let full = folder == "/" ? "/" + name : folder + "/" + name
            if pattern.matches(path) {
                let target = source.resolve(full).flatMap { $0.node == nil ? nil : $0.path }
                found.append(Match(path: target ?? full, name: name))
            } else if source.node(at: full)?.kind == .folder {
                search(full, relative: path, pattern, &found)
            }
        }
    }

    /// A link that is named itself is followed inside the source; one that leads nowhere there stays a link.
    private func match(_ path: String, writtenAs text: String) throws(Problem) -> Match {
        let name = CleanPath.components(path).last ?? ""
        if let place = source.resolve(path), place.node != nil { return Match(path: place.path, name: name) }
        if let place = source.resolve(path, followsLast: false), place.node != nil {
            return Match(path: place.path, name: name)
        }
        throw Problem("\(text) is not in \(sourceName)")
    }

    /// Copies what was found, then here-documents under their names.
    ///
    /// - Throws: For several sources and a destination that is no folder, and where kinds clash.
    func run(
        _ matches: [Match], documents: [(name: String, content: String)], on draft: inout LayerDraft
    ) throws(Problem) {
        let target = CleanPath.absolute(destination, in: workingFolder)
        if matches.count + documents.count > 1, !isFolder(target, in: draft.tree) {
            throw Problem(
                "several sources need a folder as destination, which \(destination) is not",
                hint: "end it with '/'")
        }
        for match in matches {
            guard let node = source.node(at: match.path) else {
                throw Problem("\(match.path) does not exist")
            }
            if node.kind == .folder {
                let folder = try draft.makeFolders(target, owner: owner ?? .root)
                try copyContents(of: match.path, to: folder, on: &draft)
            } else {
                try copy(node, named: match.name, to: target, on: &draft)
            }
        }
        for document in documents {
            let content = FileTree.Content.bytes(Array(document.content.utf8))
            let node = FileTree.Node(mode: 0o644, owner: .root, kind: .file(content))
            try copy(node, named: document.name, to: target, on: &draft)
        }
    }

    /// The destination is written as a folder: `a/`, `.`, `..`.
    private var namesFolder: Bool {
        destination.isEmpty || destination.hasSuffix("/") || [".", ".."].contains(destination)
            || destination.hasSuffix("/.") || destination.hasSuffix("/..")
    }

    private func isFolder(_ path: String, in tree: FileTree) -> Bool {
        namesFolder || tree.resolve(path)?.node?.kind == .folder
    }

    private func copy(
        _ node: FileTree.Node, named name: String, to target: String, on draft: inout LayerDraft
    ) throws(Problem) {
        if isFolder(target, in: draft.tree) {
            let folder = try draft.makeFolders(target, owner: owner ?? .root)
            return try put(node, named: name, at: Self.join(folder, name), on: &draft)
        }
        // A link at the end is written through: what it names changes, or comes to be.
        guard let place = draft.tree.resolve(target) else {
            throw Problem("too many links on the way to \(target)")
        }
        let parent = "/" + CleanPath.components(place.path).dropLast().joined(separator: "/")
        _ = try draft.makeFolders(parent, owner: owner ?? .root)
        try put(node, named: name, at: place.path, on: &draft)
    }

    private func copyContents(
        of folder: String, to target: String, on draft: inout LayerDraft
    ) throws(Problem) {
        for name in source.names(in: folder) {
            let path = Self.join(folder, name)
            guard let node = source.node(at: path) else { continue }
            try put(node, named: path, at: Self.join(target, name), on: &draft)
            if node.kind == .folder { try copyContents(of: path, to: Self.join(target, name), on: &draft) }
        }
    }

    private func put(
        _ node: FileTree.Node, named name: String, at path: String, on draft: inout LayerDraft
    ) throws(Problem) {
        guard node.kind != .special else { throw Problem("\(name) is neither a file, a folder nor a link") }
        var node = node
        node.owner = owner ?? node.owner
        if case .symlink = node.kind {
            node.mode = 0o777
        } else {
            node.mode = mode ?? node.mode
        }
        try draft.put(node, at: path)
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/" + name : folder + "/" + name
    }
}
