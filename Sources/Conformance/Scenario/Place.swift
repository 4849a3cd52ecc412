// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// A repository of a case: its own, one under it, or that of a user who may push nowhere else.
struct Place: Hashable, Sendable {
    /// Without the name of the case's own repository; empty for that.
    let path: String

    static let own = Place(path: "")

    /// Where ``Role/scoped`` may push; no repository has this name.
    static let home = Place(path: "HOME")

    /// Stands among images for one that no step before has used.
    static let freshImage = "new"

    /// The parser has checked the path; the name can only become too long, and the registry says so.
    func repository(under own: RepositoryName, _ names: NameStyle = .nested) -> RepositoryName {
        guard !path.isEmpty else { return own }
        let leaf = names == .flat ? path.replacing("/", with: names.separator) : path
        return (try? RepositoryName("\(own)\(names.separator)\(leaf)")) ?? own
    }

    /// For people: ` in free`.
    var clause: String { path.isEmpty ? "" : " in \(path)" }
}
