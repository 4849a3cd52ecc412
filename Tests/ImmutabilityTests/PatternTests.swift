// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec
import Testing

@Suite struct PatternTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        let matching: [String]
        let others: [String]

        var testDescription: String { pattern }
    }

    static let rows = [
        Row(pattern: "v1.0", matching: ["v1.0"], others: ["v1x0", "v1.00", "xv1.0", ""]),
        Row(pattern: "web-*", matching: ["web-1", "web-"], others: ["web-1/a", "my-web-1", "web"]),
        Row(pattern: "*", matching: ["app", ""], others: ["team/app", "/"]),
        Row(pattern: "**", matching: ["app", "team/app", "a/b/c", ""], others: []),
        Row(pattern: "a/**", matching: ["a/x", "a/y/z", "a/"], others: ["a", "b/a/x", "ab/x"]),
        Row(pattern: "**/x", matching: ["a/x", "a/b/x", "/x"], others: ["x", "a/xx"]),
        Row(pattern: "a/*/z", matching: ["a/b/z"], others: ["a/z", "a/b/c/z"]),
        Row(pattern: "a/**/z", matching: ["a/b/z", "a/b/c/z"], others: ["a/z"]),
        Row(pattern: "*a*b*", matching: ["ab", "xaxbx", "aab"], others: ["ba", "a", "a/b"]),
        Row(pattern: "***", matching: ["", "a/b"], others: []),
        Row(pattern: "v?.0", matching: ["v1.0", "v?.0"], others: ["v.0", "v10.0", "v/.0"]),
        Row(pattern: "??", matching: ["ab"], others: ["a", "abc", "a/"]),
        Row(pattern: "V*", matching: ["V1"], others: ["v1"]),
        Row(pattern: "{dev,test}-*", matching: ["dev-1", "test-"], others: ["prod-1", "dev"]),
        Row(pattern: "{repo1, repo2}", matching: ["repo1", "repo2"], others: [" repo2", "repo3", "repo1,"]),
        Row(pattern: "{ a , b }c", matching: ["ac", "bc"], others: ["a c", "c"]),
        Row(pattern: "{a}", matching: ["a"], others: ["{a}", ""]),
        Row(pattern: "{v*,rc?}", matching: ["v", "v1", "rc1"], others: ["rc", "rc12"]),
        Row(pattern: "{a,ab}{c,bc}", matching: ["ac", "abc", "abbc"], others: ["a", "ab", "bc"]),
        Row(pattern: "{team,**}/x", matching: ["team/x", "a/b/x"], others: ["x"]),
        Row(pattern: "a,b", matching: ["a,b"], others: ["a", "b"]),
        Row(pattern: "a+b", matching: ["a+b"], others: ["aab", "ab"]),
        Row(pattern: "(x)", matching: ["(x)"], others: ["x"]),
        Row(pattern: #"\*"#, matching: [#"\"#, #"\a"#], others: ["*"]),
        Row(pattern: "[ab]", matching: ["[ab]"], others: ["a", "b"]),
        Row(pattern: "^v$", matching: ["^v$"], others: ["v"]),
        Row(pattern: "ä*", matching: ["äb"], others: ["ab"]),
    ]

    @Test(arguments: rows) func matchesWholeNames(row: Row) throws {
        let pattern = try Pattern(row.pattern)
        for name in row.matching { #expect(pattern.matches(name), "\(name)") }
        for name in row.others { #expect(!pattern.matches(name), "\(name)") }
        #expect(pattern.text == row.pattern)
    }

    @Test(arguments: [
        ("", "empty"), ("{a", "no \"}\""), ("a{,", "empty"), ("a{,b}", "empty"), ("{a,}", "empty"),
        ("{}", "empty"), ("{ }", "empty"), ("a}", "no \"{\""), ("{a,{b,c}}", "inside braces"),
        ("a\u{0}b", "control character"), ("a\nb", "control character"),
        (String(repeating: "a", count: 513), "512"),
    ])
    func refusesWhatIsNoPattern(text: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) { try Pattern(text) }
        #expect(error?.noun == "pattern")
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func takesThePatternOfTheGreatestLength() throws {
        let text = String(repeating: "a", count: 512)
        #expect(try Pattern(text).matches(text))
    }

    @Test(arguments: [
        String(repeating: "*a", count: 20) + "b",
        String(repeating: "**", count: 200) + "b",
        String(repeating: "{a,a,a,a,a,a,a,a,a,a}", count: 20) + "b",
        String(repeating: "{*,**,?}", count: 60) + "b",
    ])
    func answersAPatternBombAtOnce(text: String) throws {
        let pattern = try Pattern(text)
        let name = String(repeating: "a", count: 255)
        let clock = ContinuousClock()
        let time = clock.measure { #expect(!pattern.matches(name)) }
        #expect(time < .seconds(5))
    }

    /// A matcher that is obviously right, and slow: it tries everything.
    private func matchesSlowly(_ pattern: Substring, _ name: Substring) -> Bool {
        guard let sign = pattern.first else { return name.isEmpty }
        if pattern.hasPrefix("**") {
            return matchesSlowly(pattern.dropFirst(2), name)
                || (!name.isEmpty && matchesSlowly(pattern, name.dropFirst()))
        }
        let rest = pattern.dropFirst()
        switch sign {
        case "*":
            return matchesSlowly(rest, name)
                || (!name.isEmpty && name.first != "/" && matchesSlowly(pattern, name.dropFirst()))
        case "{":
            let options = rest.prefix { $0 != "}" }.split(separator: ",")
            let tail = rest.drop { $0 != "}" }.dropFirst()
            return options.contains { matchesSlowly(Substring($0 + tail), name) }
        case "?": return !name.isEmpty && name.first != "/" && matchesSlowly(rest, name.dropFirst())
        default: return name.first == sign && matchesSlowly(rest, name.dropFirst())
        }
    }

    @Test func agreesWithASlowMatcherOnRandomPatterns() throws {
        var random = Numbers(seed: 20_261)
        let signs = ["a", "b", "/", "*", "**", "?", "{a,b}", "{a?,/b}", "-"]
        for _ in 0..<5_000 {
            let text = (0...random.below(6)).map { _ in signs[random.below(signs.count)] }.joined()
            let name = (0..<random.below(7)).map { _ in ["a", "b", "/", "-"][random.below(4)] }.joined()
            // "***" is "**" and "*" for both matchers, whichever comes first.
            #expect(
                try Pattern(text).matches(name) == matchesSlowly(text[...], name[...]), "\(text) on \(name)")
        }
    }

    /// The same numbers in every run.
    private struct Numbers {
        var seed: UInt64

        mutating func below(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
    }
}
