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
        func value<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
            try container.decodeIfPresent(type, forKey: AnyKey(key.rawValue))
        }
        created = try value(String.self, .created)
        createdBy = try value(String.self, .createdBy)
        author = try value(String.self, .author)
        comment = try value(String.self, .comment)
        emptyLayer = try value(Bool.self, .emptyLayer)
        unknown = try container.unknownMembers(besides: Key.allCases.map(\.rawValue))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(unknown)
        func set(_ value: (some Encodable)?, _ key: Key) throws {
            try container.encodeIfPresent(value, forKey: AnyKey(key.rawValue))
        }
        try set(created, .created)
        try set(createdBy, .createdBy)
        try set(author, .author)
        try set(comment, .comment)
        try set(emptyLayer, .emptyLayer)
    }
}
