// SPDX-License-Identifier: Apache-2.0

/// How a terminal shows emphasis.
struct TerminalStyle: Sendable {
    let usesColour: Bool

    func bold(_ text: String) -> String { escaped(text, 1) }

    func word(_ verdict: Verdict, width: Int) -> String {
        let colour =
            switch verdict {
            case .passed: 32
            case .skipped: 90
            case .inconclusive: 33
            case .violated: 31
            }
        return escaped(verdict.rawValue.padded(to: width), colour)
    }

    /// Source: ECMA-48, section 8.3.117, "SGR".
    private func escaped(_ text: String, _ code: Int) -> String {
        usesColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// All lines but the first one moved to the right.
    func indented(by count: Int) -> String {
        replacing("\n", with: "\n" + String(repeating: " ", count: count))
    }

    /// Broken between words into lines of at most `width` characters, each after `indent` blanks; a longer word
    /// has a line of its own.
    func wrapped(at width: Int, indent: Int) -> String {
        let blanks = String(repeating: " ", count: indent)
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(blanks + word)
            }
        }
        return lines.joined(separator: "\n")
    }

    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
