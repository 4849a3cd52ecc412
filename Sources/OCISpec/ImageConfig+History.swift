// SPDX-License-Identifier: Apache-2.0

extension ImageConfig {
    /// How one layer, or one instruction without a layer, came to be.
    ///
    /// Members that this type does not know survive decoding and encoding.
    package struct History: Hashable, Sendable {
        package var created: String?
        package var createdBy: String?
        package var author: String?
        package var comment: String?
        /// True when the instruction made no layer.
        package var emptyLayer: Bool?
        /// Everything else in the object, by name.
        package var unknown: [String: JSONValue] = [:]

        package init(created: String?, createdBy: String, comment: String? = nil, emptyLayer: Bool = false) {
            self.created = created
            self.createdBy = createdBy
            self.comment = comment
            self.emptyLayer = emptyLayer ? true : nil
        }
    }
}

extension ImageConfig.History: Codable {
    private enum Key: String, CaseIterable {
        case created, author, comment
        case createdBy = "created_by"
        case emptyLayer = "empty_layer"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        created = try container.value(String.self, Key.created)
        createdBy = try container.value(String.self, Key.createdBy)
        author = try container.value(String.self, Key.author)
        comment = try container.value(String.self, Key.comment)
        emptyLayer = try container.value(Bool.self, Key.emptyLayer)
        unknown = try container.unknownMembers(besides: Key.allCases.map(\.rawValue))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(unknown)
        try container.set(created, Key.created)
        try container.set(createdBy, Key.createdBy)
        try container.set(author, Key.author)
        try container.set(comment, Key.comment)
        try container.set(emptyLayer, Key.emptyLayer)
    }
}
