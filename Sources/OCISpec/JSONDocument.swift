// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// JSON in and out, the same way everywhere.
package enum JSONDocument {
    /// - Throws: ``InvalidValue`` with `noun` and the path of the offending member.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], noun: String
    ) throws(InvalidValue) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw InvalidValue(noun, String(decoding: bytes.prefix(80), as: UTF8.self), reason(error))
        } catch let error as InvalidValue {
            throw error
        } catch {
            throw InvalidValue(noun, String(decoding: bytes.prefix(80), as: UTF8.self), "\(error)")
        }
    }

    /// Compact JSON with sorted keys and unescaped slashes: the same value gives the same bytes.
    package static func encode(_ value: some Encodable) throws(InvalidValue) -> [UInt8] {
        try encode(value, formatting: [.sortedKeys, .withoutEscapingSlashes])
    }

    /// JSON for people: indented, sorted, with a line end.
    package static func pretty(_ value: some Encodable) throws(InvalidValue) -> [UInt8] {
        try encode(value, formatting: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + [0x0A]
    }

    private static func encode(
        _ value: some Encodable, formatting: JSONEncoder.OutputFormatting
    ) throws(InvalidValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            throw InvalidValue("value", "\(type(of: value))", "it cannot be written as JSON: \(error)")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
                .joined()
            return keys.isEmpty ? "" : " at \(keys)"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\"\(key.stringValue)\" is missing\(path(context))"
        case .typeMismatch(_, let context): "wrong type\(path(context))"
        case .valueNotFound(_, let context): "null\(path(context))"
        case .dataCorrupted(let context):
            (context.underlyingError as? InvalidValue).map { "\($0)" } ?? "it is not JSON\(path(context))"
        @unknown default: "it cannot be read"
        }
    }
}
