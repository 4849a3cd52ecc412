// SPDX-License-Identifier: Apache-2.0

/// A place in a text that a person wrote.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file as the person named it, or `-` for standard input.
    package let file: String
    /// Counted from 1; 0 where all of it is meant.
    package let line: Int
    /// Counted from 1, in characters.
    package let column: Int

    package init(file: String, line: Int, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// An option of the command line, or a whole file.
    package init(whole file: String) {
        self.init(file: file, line: 0)
    }

    package var isWhole: Bool { line == 0 }

    /// `file:line:column`, as compilers write it.
    package var description: String { isWhole ? file : "\(file):\(line):\(column)" }
}
