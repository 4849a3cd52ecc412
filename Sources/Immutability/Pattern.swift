// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A pattern over repository names or tags.
///
/// | Written | Matches |
/// |---|---|
/// | `*` | any run of characters without `/`, the empty one too |
/// | `**` | any run of characters, `/` included |
/// | `?` | one character that is not `/` |
/// | `{a, b}` | one of the options, which may hold the signs above; blanks around an option do not count |
/// | anything else | itself, upper and lower case apart |
///
/// A pattern matches a name as a whole. Matching takes at most as many steps as the pattern has characters times
/// the name's, whatever the pattern is.
package struct Pattern: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let parts: [[[PatternToken]]]

    /// The pattern `**`, which matches every name.
    package static let all = Pattern(known: "**", [[[.deepRun]]])

    /// The longest pattern, in characters.
    package static let limit = 512

    /// Reads a pattern.
    ///
    /// - Throws: ``InvalidValue`` for an empty pattern, one of more than ``limit`` characters, one with control
    ///   characters, and for braces that are unbalanced, nested, or hold an empty option.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        var parser = PatternParser(text: String(text))
        self.init(known: String(text), try parser.parse())
    }

    private init(known text: String, _ parts: [[[PatternToken]]]) {
        self.text = text
        self.parts = parts
    }

    /// The characters that stand for themselves.
    var literals: [Unicode.Scalar] {
        parts.joined().joined().compactMap { token in
            guard case .literal(let scalar) = token else { return nil }
            return scalar
        }
    }

    /// True when the whole of `name` is what the pattern describes.
    package func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        var reached = Positions(count: name.count + 1)
        reached.insert(0)
        for options in parts {
            var next = Positions(count: name.count + 1)
            for tokens in options {
                next.formUnion(tokens.reduce(reached) { $1.advance($0, in: name) })
            }
            if next.isEmpty { return false }
            reached = next
        }
        return reached.contains(name.count)
    }
}

extension Pattern: CustomStringConvertible {
    package var description: String { text }
}

extension Collection<Pattern> {
    /// True when one of the patterns matches.
    package func match(_ name: String) -> Bool { contains { $0.matches(name) } }
}
