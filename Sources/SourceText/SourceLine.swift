// SPDX-License-Identifier: Apache-2.0

/// A line of a text near the place that something is about.
package struct SourceLine: Hashable, Sendable {
    /// From 1.
    package let number: Int
    package let text: String
    /// True for those that it is about.
    package let isMarked: Bool

    package init(number: Int, text: String, isMarked: Bool) {
        self.number = number
        self.text = text
        self.isMarked = isMarked
    }
}
