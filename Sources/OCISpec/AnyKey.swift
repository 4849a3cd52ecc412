// SPDX-License-Identifier: Apache-2.0

/// A member name of any JSON object.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer<AnyKey> {
    /// The members that are not named in `known`, as they are.
    func unknownMembers(besides known: [String]) throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for key in allKeys where !known.contains(key.stringValue) {
            members[key.stringValue] = try decode(JSONValue.self, forKey: key)
        }
        return members
    }
}

extension KeyedEncodingContainer<AnyKey> {
    mutating func encode(_ members: [String: JSONValue]) throws {
        for (name, value) in members { try encode(value, forKey: AnyKey(name)) }
    }
}

extension KeyedDecodingContainer<AnyKey> {
    /// The value of a key that may be missing.
    func value<Value: Decodable>(_ type: Value.Type, _ key: some RawRepresentable<String>) throws -> Value? {
        try decodeIfPresent(type, forKey: AnyKey(key.rawValue))
    }
}

extension KeyedEncodingContainer<AnyKey> {
    /// Writes a value, or nothing.
    mutating func set(_ value: (some Encodable)?, _ key: some RawRepresentable<String>) throws {
        try encodeIfPresent(value, forKey: AnyKey(key.rawValue))
    }
}
