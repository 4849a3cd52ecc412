// SPDX-License-Identifier: Apache-2.0

/// A file of the suite: its name for messages, and its text.
package struct NamedText: Sendable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
