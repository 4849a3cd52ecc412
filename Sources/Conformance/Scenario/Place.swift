// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// A repository of a case: its own, or one under it.
struct Place: Hashable, Sendable {
    /// Without the name of the case's own repository; empty for that.
    let path: String

    static let own = Place(path: "")

    /// Stands among images for one that no step before has used.
    static let freshImage = "new"

    /// The parser has checked the path; the name can only become too long, and the registry says so.
    func repository(under own: RepositoryName) -> RepositoryName {
        path.isEmpty ? own : (try? RepositoryName("\(own)/\(path)")) ?? own
    }

    /// For people: ` in free`.
    var clause: String { path.isEmpty ? "" : " in \(path)" }
}
