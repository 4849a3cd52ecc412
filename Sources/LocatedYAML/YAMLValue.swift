// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A YAML value that knows where it stands, so that every diagnostic can say so.
package struct YAMLValue: Sendable {
    /// A key of a mapping and its value.
    ///
    /// Keys keep the order of the text.
    package struct Entry: Sendable {
        package let key: String
        package let keyLocation: SourceLocation
        package let value: YAMLValue
    }

    package enum Content: Sendable {
        /// `isPlain` is true for an unquoted scalar, which may stand for a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLValue])
        case mapping([Entry])
    }

    package let content: Content
    package let location: SourceLocation

    package init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }

    /// What the value is, for messages: `a mapping`, `a list`, `null`, `"text"`.
    package var kind: String {
        switch content {
        case .scalar(let text, _): isNull ? "null" : "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// True for an empty plain scalar, `~` and `null` (YAML 1.1 and 1.2 core schema).
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
