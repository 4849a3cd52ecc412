// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// `key=value,key=value` as docker's options have it: the fields of one line of CSV.
///
/// Source: docker buildx build, `--cache-from`, `--secret`; RFC 4180 for quotes.
struct OptionFields {
    private let noun: String
    private let text: String
    private(set) var fields: [(key: String, value: String?)] = []

    /// Reads a text that messages call `noun`, and that may have just these `keys`; nil for any.
    ///
    /// - Throws: For a key that it may not have, or has twice.
    init(_ text: String, noun: String, keys: Set<String>? = nil) throws(InvalidValue) {
        self.noun = noun
        self.text = text
        for field in Self.split(text) {
            let name = String(field.prefix { $0 != "=" })
            let value = field.count > name.count ? String(field.dropFirst(name.count + 1)) : nil
            // The name of an annotation is told by its case.
            let key = name.contains(".") ? name : name.lowercased()
            if let keys, !keys.contains(key) {
                throw InvalidValue(
                    noun, text, "\"\(key)\" is none of \(keys.sorted().joined(separator: ", "))")
            }
            guard !fields.contains(where: { $0.key == key }) else {
                throw InvalidValue(noun, text, "\"\(key)\" is there twice")
            }
            fields.append((key, value))
        }
    }

    /// nil when none of the keys is there, or without a value.
    subscript(keys: String...) -> String? {
        fields.first { keys.contains($0.key) }?.value.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// As Go reads truth; nil when the key is not there, true without a value.
    func flag(_ key: String) throws(InvalidValue) -> Bool? {
        guard let field = fields.first(where: { $0.key == key }) else { return nil }
        switch field.value?.lowercased() {
        case nil, "1", "t", "true": return true
        case "0", "f", "false": return false
        case let value?: throw InvalidValue(noun, text, "\(key) is \"\(value)\", neither true nor false")
        }
    }

    /// - Throws: When none of the keys has a value.
    func required(_ keys: String...) throws(InvalidValue) -> String {
        guard let value = fields.first(where: { keys.contains($0.key) })?.value, !value.isEmpty else {
            throw InvalidValue(noun, text, "\(keys.joined(separator: " or "))=… is missing")
        }
        return value
    }

    /// Splits at commas outside quotes; `""` in quotes is a quote.
    private static func split(_ text: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
