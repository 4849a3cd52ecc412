// SPDX-License-Identifier: Apache-2.0

/// A version of the language.
///
/// They differ in one thing: `v1.1.0` has aliases.
package enum TaskVersion: String, CaseIterable, Sendable {
    case preview = "1.0-preview-1"
    case v1 = "v1.0.0"
    case v11 = "v1.1.0"

    /// Letter case does not matter.
    init?(written text: String) {
        self.init(rawValue: text.lowercased())
    }

    /// What a raw text says of its version, before it is rendered or YAML: the first line that starts with
    /// the key in the first column.
    ///
    /// A trailing comment stays in the value.
    static func scan(_ text: TracedText) -> String? {
        for line in text.lines {
            guard let colon = line.text.firstIndex(of: ":") else { continue }
            let key = line.text[..<colon]
            let isKey = ["version", "\"version\"", "'version'"].contains(key.trimmed)
            guard isKey, key.first?.isWhitespace == false else { continue }
            return String(line.text[line.text.index(after: colon)...]).trimming("\"' \t\r")
        }
        return nil
    }

    /// Whether a text with this raw version has aliases: a comparison of bytes, so that a templated version
    /// has them and `V1.1.0` has not.
    static func hasAliases(scanned version: String?) -> Bool {
        guard let version else { return false }
        return !version.utf8.lexicographicallyPrecedes(TaskVersion.v11.rawValue.utf8)
    }
}

extension String {
    fileprivate func trimming(_ unwanted: String) -> String {
        var rest = self[...]
        while let first = rest.first, unwanted.contains(first) { rest.removeFirst() }
        while let last = rest.last, unwanted.contains(last) { rest.removeLast() }
        return String(rest)
    }
}
