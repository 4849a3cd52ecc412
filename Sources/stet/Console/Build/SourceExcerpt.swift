// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Lines of a file around the ones that something is about, as BuildKit shows them.
struct SourceExcerpt {
    let name: String
    let lines: [SourceLine]

    /// `NAME:LINE`, then ``block``.
    var text: String { "\(name):\(lines.first(where: \.isMarked)?.number ?? 1)\n\(block)" }

    /// The lines between two rules, each with its number, and `>>>` where it is about; credentials of URLs are
    /// left out.
    var block: String {
        let rule = "--------------------"
        let body = lines.map { line in
            let number = "\(line.number)"
            let pad = String(repeating: " ", count: max(0, 4 - number.count))
            return "\(pad)\(number) | \(line.isMarked ? ">>> " : "    ")\(withoutCredentials(line.text))"
        }
        return ([rule] + body + [rule]).joined(separator: "\n")
    }
}
