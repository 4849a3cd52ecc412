// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Where an upload belongs, and to whom: nowhere else and to nobody else it exists.
struct UploadPlace: Sendable {
    let repository: RepositoryName
    /// nil where uploads are everybody's who knows their session.
    let owner: String?

    /// What the names of its files end with.
    var mark: String {
        let text = repository.rawValue + (owner.map { "\n" + $0 } ?? "")
        return String(Digest(of: Array(text.utf8)).encoded.prefix(32))
    }
}
