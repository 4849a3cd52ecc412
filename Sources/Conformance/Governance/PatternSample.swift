// SPDX-License-Identifier: Apache-2.0

/// Patterns that nobody thought of, and names to try them on: the same ones in every run.
///
/// All of them mean the same to every grammar that knows `*`, `**`, `?` and braces: `**` stands alone or after the
/// last slash.
package struct PatternSample {
    /// Repositories that begin, end and nest alike.
    package static let names = [
        "a", "b", "ab", "a-b", "a.b", "web", "web-1", "web-10", "my-web", "web-web", "app", "app/a", "app/b",
        "app/web", "app/web-1", "app/a/b", "a/b", "a/b/c", "web/app", "team/app/web-1",
    ]

    private var random = SplitMix()

    package init() {}

    /// True where grammars differ: whether `a/**` is `a` as well.
    package static func isUndecided(_ pattern: String, _ name: String) -> Bool { pattern == "\(name)/**" }

    /// Takes a name, and puts a wildcard in the place of a part.
    package mutating func next() -> String {
        let name = Array(PatternSample.names.randomElement(using: &random) ?? "a")
        if let slash = name.lastIndex(of: "/"), Int.random(in: 0..<4, using: &random) == 0 {
            return String(name[...slash]) + "**"
        }
        let start = Int.random(in: 0..<name.count, using: &random)
        let end = Int.random(in: start..<name.count, using: &random)
        return pieced(name[..<start], name[start...end], name[(end + 1)...])
    }

    private mutating func pieced(
        _ head: ArraySlice<Character>, _ part: ArraySlice<Character>, _ tail: ArraySlice<Character>
    ) -> String {
        let other = ["x", "web", "a/b", "b"].randomElement(using: &random) ?? "x"
        let middle =
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: "*"
            case 2: String(repeating: "?", count: part.count)
            case 3: "{\(String(part)),\(other)}"
            case 4: "{\(other), \(String(part))}"
            default: "?*"
            }
        return loosened(head) + middle + loosened(tail)
    }

    /// Now and then one more star, not beside another one.
    private mutating func loosened(_ text: ArraySlice<Character>) -> String {
        guard text.count > 2, Int.random(in: 0..<2, using: &random) == 0 else { return String(text) }
        let place = Int.random(in: (text.startIndex + 1)..<(text.endIndex - 1), using: &random)
        return String(text[..<place]) + "*" + String(text[(place + 1)...])
    }
}

/// A small generator that gives the same numbers everywhere.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64 = 0x7374_6574

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
