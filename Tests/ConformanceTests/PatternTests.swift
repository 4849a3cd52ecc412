// SPDX-License-Identifier: Apache-2.0

import Conformance
import Testing

/// The grammar of patterns as the suite has it, and the patterns that it makes up.
@Suite struct PatternTests {
    @Test(
        "a pattern covers a name",
        arguments: [
            ("web", "web"), ("*", "web"), ("*", ""), ("web-*", "web-1"), ("web-*", "web-"), ("*-1", "web-1"),
            ("a*c*e", "abcde"), ("a*b", "aXbYb"), ("*a*", "bab"), ("**", "a/b/c"), ("a/**", "a/b/c"),
            ("a**c", "a/b/c"), ("?", "a"), ("a?c", "abc"), ("?*", "ab"), ("{a,b}", "b"), ("{a, b}", "b"),
            ("{ a ,b}-*", "a-1"), ("{a/b,c}/d", "a/b/d"), ("{a*,b}c", "axc"), ("x{,y}", "x"),
            ("{a,b}{c,d}", "bd"), ("a.b", "a.b"), ("a+b", "a+b"), ("(x)", "(x)"), ("[ab]", "[ab]"),
        ])
    func covers(pattern: String, name: String) {
        #expect(PatternGrammar.matches(pattern, name))
    }

    @Test(
        "a pattern does not cover a name",
        arguments: [
            ("web", "web-1"), ("web", "my-web"), ("*", "a/b"), ("web-*", "web-1/a"), ("a/**", "a"),
            ("a/**", "b/a/c"), ("?", ""), ("?", "/"), ("?", "ab"), ("{a,b}", "c"), ("{a, b}", " b"),
            ("a.b", "axb"), ("V*", "v1"), ("[ab]", "a"), ("", "a"), ("a*b", "ab/b"), ("*a", "ab"),
        ])
    func doesNotCover(pattern: String, name: String) {
        #expect(!PatternGrammar.matches(pattern, name))
    }

    @Test func aPatternThatIsMadeToBeSlowIsDecidedAtOnce() {
        let pattern = String(repeating: "*a", count: 60) + "*"
        #expect(!PatternGrammar.matches(pattern, String(repeating: "a", count: 59)))
        #expect(PatternGrammar.matches(pattern, String(repeating: "a", count: 60)))
    }

    @Test func theSampleIsTheSameInEveryRunAndWorthItsName() {
        var (first, second) = (PatternSample(), PatternSample())
        let patterns = (0..<500).map { _ in first.next() }
        #expect(patterns == (0..<500).map { _ in second.next() })
        #expect(Set(patterns).count > 250, "they are too much alike")
        for mark in ["**", "?", "{", ", "] { #expect(patterns.contains { $0.contains(mark) }, "\(mark)") }
        // No grammar knows braces in braces, or three stars.
        #expect(patterns.allSatisfy { !$0.contains("***") && $0.count { $0 == "{" } <= 1 })
        let pairs = patterns.flatMap { pattern in PatternSample.names.map { (pattern, $0) } }
        let covered = pairs.count { PatternGrammar.matches($0, $1) }
        #expect((pairs.count / 20..<pairs.count / 2).contains(covered), "\(covered) of \(pairs.count)")
    }

    /// What other grammars read otherwise is not asked.
    @Test func twoStarsStandAfterASlashOnly() {
        var sample = PatternSample()
        for _ in 0..<500 {
            let pattern = sample.next()
            guard let stars = pattern.firstRange(of: "**") else { continue }
            #expect(stars.upperBound == pattern.endIndex && pattern.hasSuffix("/**"), "\(pattern)")
        }
        #expect(PatternSample.isUndecided("app/**", "app") && !PatternSample.isUndecided("app/**", "app/a"))
    }
}
