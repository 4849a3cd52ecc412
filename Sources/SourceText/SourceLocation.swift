// SPDX-License-Identifier: Apache-2.0

/// A place in a text that a person wrote.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file as the person named it, or `-` for standard input.
    package let file: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in characters.
    package let column: Int

    package init(file: String, line: Int, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, as compilers write it.
    package var description: String { "\(file):\(line):\(column)" }
}
