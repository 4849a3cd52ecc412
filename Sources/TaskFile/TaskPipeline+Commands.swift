// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

extension TaskPipeline {
    /// The rendered text with aliases replaced that are the bare first words of commands.
    ///
    /// A text that is no YAML stays as it is: whoever looks at it wants to see why.
    func expandingFirstWords(in rendered: Rendered) -> String {
        let text = rendered.text.text
        guard let aliases = rendered.aliases, let root = try? parse(rendered.text).value,
            let steps = try? root["steps"]?.items("steps")
        else { return text }
        var lines = rendered.text.lines.map(\.text)
        for step in steps {
            guard let command = step["cmd"], let written = try? command.string("cmd") else { continue }
            let expanded = aliases.expandFirstWord(of: written, run: inputs.run)
            let word = written.trimmed.prefix { $0 != " " }
            let rest = written.trimmed.dropFirst(word.count)
            guard expanded != written, expanded.hasSuffix(rest), !word.isEmpty else { continue }
            Self.replace(
                String(word), by: String(expanded.dropLast(rest.count)), in: &lines,
                line: command.location.line, column: command.location.column)
        }
        return lines.joined(separator: "\n")
    }

    /// Replaces the first occurrence of a word from a place on: in that line, or below the head of a block.
    ///
    /// What templates and aliases brought into the line has moved the rest of it to the right, never to the left.
    private static func replace(
        _ word: String, by value: String, in lines: inout [String], line: Int, column: Int
    ) {
        for index in (line - 1)..<min(line + 1, lines.count) where lines.indices.contains(index) {
            let skipped = index == line - 1 ? column - 1 : 0
            let text = lines[index]
            let start = text.index(text.startIndex, offsetBy: skipped, limitedBy: text.endIndex)
            guard let start,
                let found = text[start...].ranges(of: word).first(where: { standsAlone($0, in: text) })
            else { continue }
            lines[index].replaceSubrange(found, with: value)
            return
        }
    }

    /// A word between blanks, quotes, or what ends a value in a flow.
    private static func standsAlone(_ range: Range<String.Index>, in text: String) -> Bool {
        let begins =
            range.lowerBound == text.startIndex
            || " \t'\"".contains(text[text.index(before: range.lowerBound)])
        let ends = range.upperBound == text.endIndex || " \t'\",}]".contains(text[range.upperBound])
        return begins && ends
    }
}
