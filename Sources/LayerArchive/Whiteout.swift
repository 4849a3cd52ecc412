// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What a layer says about the layers below it, through an entry's name.
///
/// Source: image-spec 1.1, layer.md, "Whiteouts".
package enum Whiteout: Hashable, Sendable {
    /// This path is gone, with everything under it.
    case removed(FilePath)
    /// Nothing that lower layers have in this folder is there.
    case opaque(FilePath)
    /// Bookkeeping of AUFS that means nothing elsewhere.
    case ignored

    private static let prefix = ".wh."
    private static let opaqueName = ".wh..wh..opq"

    /// Reads a name; nil when it is an ordinary one.
    package init?(_ path: FilePath) {
        guard let name = path.lastComponent?.nameText, name.hasPrefix(Whiteout.prefix) else { return nil }
        let folder = path.removingLastComponent()
        if name == Whiteout.opaqueName {
            self = .opaque(folder.isEmpty ? "." : folder)
        } else if name.hasPrefix(Whiteout.prefix + Whiteout.prefix) {
            self = .ignored
        } else {
            let hidden = String(name.dropFirst(Whiteout.prefix.count))
            guard !hidden.isEmpty, hidden != ".", hidden != ".." else { return nil }
            self = .removed(folder.appending(nameText: hidden))
        }
    }
}

extension LayerEntry {
    /// The empty file that hides `path` of lower layers.
    package static func whiteout(of path: FilePath) -> LayerEntry {
        let name = ".wh." + (path.lastComponent?.nameText ?? "")
        return LayerEntry(path.removingLastComponent().appending(nameText: name), .file(size: 0), mode: 0o644)
    }

    /// The empty file that hides what lower layers have in `folder`.
    package static func opaque(_ folder: FilePath) -> LayerEntry {
        let parent: FilePath = folder == "." ? "" : folder
        return LayerEntry(parent.appending(".wh..wh..opq"), .file(size: 0), mode: 0o644)
    }
}
