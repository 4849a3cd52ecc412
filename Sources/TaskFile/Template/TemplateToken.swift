// SPDX-License-Identifier: Apache-2.0

import SourceText

/// A word of the language inside `{{ }}`.
struct TemplateToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A function or a keyword.
        case identifier(String)
        /// `.Name`
        case field(String)
        /// `.`
        case dot
        /// `$name`, the dollar sign included; `$` alone is the data that the template was given.
        case variable(String)
        case literal(TemplateValue)
        case leftParenthesis
        case rightParenthesis
        case pipe
        case comma
        /// `:=`
        case declare
        /// `=`
        case assign
    }

    let kind: Kind
    let location: SourceLocation
    /// Whether white space stands before it: `.a .b` are two arguments, `.a.b` is one.
    let isSeparated: Bool
}

/// A stretch of a template: text, or one action.
enum TemplateSegment: Hashable, Sendable {
    /// `line` is where the text starts.
    case text(String, line: Int)
    case action([TemplateToken], SourceLocation)
}
