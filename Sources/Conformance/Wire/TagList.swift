// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// A page of the tags of a repository.
///
/// Source: distribution-spec 1.1, "Listing Tags".
struct TagList {
    let tags: [String]

    /// - Returns: nil when the bytes are not a JSON object with `tags`, which some registries leave null.
    init?(_ bytes: [UInt8]) {
        guard !ByteOrderMark.begins(bytes),
            let list = try? JSONDocument.decode(Document.self, from: bytes, noun: "tag list")
        else {
            return nil
        }
        tags = list.tags ?? []
    }

    private struct Document: Decodable {
        var tags: [String]?
    }
}
