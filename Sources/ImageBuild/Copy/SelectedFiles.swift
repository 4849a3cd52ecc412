// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// What the patterns of `--parents` find below a folder of a tree.
struct SelectedFiles {
    let tree: FileTree
    /// Without links on the way.
    let folder: String

    /// True when something is selected.
    func hasMatch(of patterns: PatternList) -> Bool {
        tree.position(of: folder).map { hasMatch(of: patterns, in: $0, "", nil) } ?? false
    }

    private func hasMatch(
        of patterns: PatternList, in folder: FileTree.Position, _ path: String, _ answer: PatternList.Answer?
    ) -> Bool {
        for (name, position) in tree.contents(of: folder) {
            let inside = path.isEmpty ? name : path + "/" + name
            let answer = patterns.answer(for: inside, in: answer)
            if answer.isMatch { return true }
            guard tree.node(at: position).kind == .folder, patterns.canMatch(inside: inside) else { continue }
            if hasMatch(of: patterns, in: position, inside, answer) { return true }
        }
        return false
    }

    /// A link to a folder that matches a part of the pattern which more follows; nil when there is none.
    ///
    /// `**` stands for folders alone.
    func linkOnTheWay(of pattern: String) -> String? {
        linkOnTheWay(of: pattern.split(separator: "/")[...], in: folder)
    }

    private func linkOnTheWay(of parts: ArraySlice<Substring>, in folder: String) -> String? {
        guard parts.count > 1, let first = parts.first, !first.contains("**"),
            let pattern = PathPattern(String(first)), let place = tree.position(of: folder)
        else { return nil }
        for (name, position) in tree.contents(of: place) where pattern.matches(name) {
            let path = folder == "/" ? "/" + name : folder + "/" + name
            switch tree.node(at: position).kind {
            case .symlink where tree.resolve(path)?.node?.kind == .folder: return path
            case .folder: if let link = linkOnTheWay(of: parts.dropFirst(), in: path) { return link }
            default: break
            }
        }
        return nil
    }
}
