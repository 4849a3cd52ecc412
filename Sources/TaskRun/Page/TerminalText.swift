// SPDX-License-Identifier: Apache-2.0

/// What programs write for terminals, as plain text.
enum TerminalText {
    /// Without escape sequences: colours, cursor movements, titles.
    ///
    /// Source: ECMA-48, sections 5.4 and 5.6.
    static func plain(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\u{1B}" else {
                result.append(scalar)
                continue
            }
            switch scalars.next() {
            case "[": while let next = scalars.next(), !(0x40...0x7E).contains(next.value) {}
            case "]": while let next = scalars.next(), next != "\u{07}", next != "\u{1B}" {}
            default: break
            }
        }
        return String(result)
    }
}
