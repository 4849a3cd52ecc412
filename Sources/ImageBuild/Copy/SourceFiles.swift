// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive

/// Finds what the sources of a `COPY` or `ADD` mean in a tree.
///
/// Source: Dockerfile reference, "COPY"; where it is silent, BuildKit.
struct SourceFiles {
    let tree: FileTree
    /// What a message calls the tree, as in `is not in …`.
    let name: String

    /// What a source means, as a Dockerfile spells it, each thing by its name: wildcards first match, then a link that matched is
    /// followed.
    ///
    /// - Returns: Empty when nothing matches the wildcards.
    /// - Throws: For a path without wildcards that does not exist, or is a link to what does not.
    func items(_ source: String) throws(Problem) -> [CopyItem] {
        try items(named: source.asName)
    }

    private func items(named text: String) throws(Problem) -> [CopyItem] {
        let components = CleanPath.components(text)
        let fixed = components.prefix { !PathPattern.hasWildcards($0) }
        guard fixed.count < components.count else {
            return [try item(components, writtenAs: text)]
        }
        guard let pattern = PathPattern(components.dropFirst(fixed.count).joined(separator: "/")) else {
            throw Self.notAPattern(text)
        }
        guard let start = tree.resolve("/" + fixed.map(\.unescaped).joined(separator: "/")),
            start.node != nil, let position = tree.position(of: start.path)
        else { return [] }
        var found: [CopyItem] = []
        search(position, start.path, relative: "", pattern, &found)
        return found
    }

    /// The same with `--parents`: `./` in the middle is the pivot, before which no folder is kept.
    ///
    /// - Throws: Also for what selects nothing because it leads through a link, and for a path without wildcards that
    ///   does not exist.
    func itemsWithParents(_ source: String) throws(Problem) -> [CopyItem] {
        let text = source.asName
        var (folders, pattern) = ([CopyItem.found(tree, path: "/", name: "")], Substring(text))
        if let pivot = text.firstRange(of: "/./") {
            let start = text[..<pivot.lowerBound]
            folders = start.isEmpty ? folders : try items(named: String(start))
            pattern = text[pivot.upperBound...]
        }
        let relative = CleanPath.components(String(pattern)).joined(separator: "/")
        guard let patterns = PatternList(relative.isEmpty ? ["**"] : [relative]) else {
            throw Self.notAPattern(text)
        }
        var selected: [CopyItem] = []
        for case .found(let tree, let folder, _) in folders {
            if !PathPattern.hasWildcards(text) {
                try check(String(pattern), below: folder, writtenAs: text)
            }
            let walk = SelectedFiles(tree: tree, folder: folder)
            selected.append(.selected(tree, folder: folder, patterns))
            if !walk.hasMatch(of: patterns), let link = walk.linkOnTheWay(of: relative) {
                throw Problem(
                    "\(text) selects nothing: it leads through the link \(link.dropFirst()), which --parents does "
                        + "not follow",
                    hint: "write the path that the link stands for")
            }
        }
        return selected
    }

    /// What is behind a link has parents that are not those of its path.
    private func check(_ relative: String, below folder: String, writtenAs text: String) throws(Problem) {
        let names = CleanPath.components(relative).map(\.unescaped)
        let path = (CleanPath.components(folder) + names).joined(separator: "/")
        guard let place = tree.resolve("/" + path, followsLast: false), place.node != nil else {
            throw Problem("\(text) is not in \(name)")
        }
        guard place.path == "/" + path else {
            throw Problem(
                "\(text) leads through a link, which --parents does not follow",
                hint: "write its path without links: \(place.path.dropFirst())")
        }
    }

    private func search(
        _ folder: FileTree.Position, _ path: String, relative: String, _ pattern: PathPattern,
        _ found: inout [CopyItem]
    ) {
        for (name, position) in tree.contents(of: folder) {
            let inside = relative.isEmpty ? name : relative + "/" + name
            let full = path == "/" ? "/" + name : path + "/" + name
            if pattern.matches(inside) {
                let target = tree.resolve(full).flatMap { $0.node == nil ? nil : $0.path }
                found.append(.found(tree, path: target ?? full, name: name))
            } else if tree.node(at: position).kind == .folder {
                search(position, full, relative: inside, pattern, &found)
            }
        }
    }

    /// A link that is named itself is followed inside the tree; a backslash is meant as one where a name has it.
    ///
    /// - Throws: Also for a link that leads nowhere there: out of the tree, or in a circle.
    private func item(_ components: [String], writtenAs text: String) throws(Problem) -> CopyItem {
        for components in [components, components.map(\.unescaped)] {
            let path = "/" + components.joined(separator: "/")
            if let place = tree.resolve(path), place.node != nil {
                return .found(tree, path: place.path, name: components.last ?? "")
            }
            guard case .symlink(let target)? = tree.resolve(path, followsLast: false)?.node?.kind else {
                continue
            }
            throw Problem(
                "\(text) is a link to \(target), which is not in \(self.name)",
                hint: "copy the folder that it is in to keep the link as it is")
        }
        throw Problem("\(text) is not in \(self.name)")
    }

    private static func notAPattern(_ text: String) -> Problem {
        Problem("'\(text)' is not a pattern", hint: "write [[] for a bracket in a name")
    }
}

extension String {
    /// Without the backslashes that take a character's meaning away.
    fileprivate var unescaped: String {
        var text = ""
        var isEscaped = false
        for character in self {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }
}
