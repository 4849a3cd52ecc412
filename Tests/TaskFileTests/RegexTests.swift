// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct RegexTests {
    private func run(_ call: String) async throws -> String {
        try await render("{{\(call)}}")
    }

    /// All matches, as Go's regexp finds them.
    @Test(arguments: [
        ("a+", "caaandaa", "[aaa aa]"), ("a+?", "aaa", "[a a a]"), ("a*", "baac", "[ aa ]"),
        ("a{2}", "aaaaa", "[aa aa]"), ("a{2,}", "aaaaa", "[aaaaa]"), ("a{2,3}?", "aaaaa", "[aa aa]"),
        ("a{,2}", "a{,2}", "[a{,2}]"), ("x{", "x{", "[x{]"), ("(?U)a+", "aaa", "[a a a]"),
        ("ab|a", "abab", "[ab ab]"), ("a|ab", "abab", "[a a]"), ("(a|b)*c", "ababcab", "[ababc]"),
        ("^a", "aa", "[a]"), ("a$", "aa", "[a]"), ("(?m)^.", "ab\ncd", "[a c]"),
        ("(?m).$", "ab\ncd", "[b d]"),
        (".", "a\nb", "[a b]"), ("(?s)a.b", "a\nb", "[a\nb]"), ("(?i)HeLLo", "hello HELLO", "[hello HELLO]"),
        ("(?i:a)b", "Ab AB", "[Ab]"), ("(?i)[^a]", "aAb", "[b]"), ("[a-c]+", "abcd", "[abc]"),
        ("[^a-c]+", "abcd", "[d]"), ("[]a]+", "a]", "[a]]"), ("[a-]+", "a-b", "[a-]"),
        ("[\\d.]+", "v1.25", "[1.25]"),
        ("[[:alpha:]]+", "ab1", "[ab]"), ("[[:^alpha:]]+", "ab1", "[1]"), ("\\w+", "a_1-b", "[a_1 b]"),
        ("\\W", "a b", "[ ]"), ("\\s\\S", "a b", "[ b]"), ("\\D+", "1ab2", "[ab]"),
        ("\\bfoo\\b", "foo food", "[foo]"),
        ("\\Boo", "foo oo", "[oo]"), ("\\pL+", "aéß1", "[aéß]"), ("\\p{Lu}", "aB", "[B]"),
        ("\\PL", "a1", "[1]"),
        ("\\p{^Lu}", "aB", "[a]"), ("\\x41\\x{e9}", "Aé", "[Aé]"), ("\\101", "A", "[A]"),
        ("\\t", "\t", "[\t]"),
        ("\\Qa.b\\E+", "a.bbb", "[a.bbb]"), ("(?P<x>a)(?<y>b)", "ab", "[ab]"), ("", "ab", "[  ]"),
        ("\\A\\z", "", "[]"), ("(?:(?:){1000}){1000}a", "a", "[a]"), ("é", "ée\u{301}", "[é]"),
        ("(a*)*b", "aab", "[aab]"), ("(|a)+", "aa", "[  ]"), ("(?i)k", "K\u{212A}", "[K \u{212A}]"),
    ])
    func matchesAreThoseOfGo(pattern: String, text: String, expected: String) async throws {
        let values = "p: \(quoted(pattern))\nt: \(quoted(text))"
        #expect(try await render("{{regexFindAll .Values.p .Values.t -1}}", values: values) == expected)
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
            + "\""
    }

    @Test(arguments: [
        ("regexMatch `^v\\d+` `v12`", "true"), ("regexMatch `^v\\d+$` `v1x`", "false"),
        ("regexFind `[0-9]+` `a12b3`", "12"), ("regexFind `x` `a` | quote", "\"\""),
        ("regexFindAll `a` `aaa` 2", "[a a]"),
        ("regexReplaceAll `a(x*)b` `-ab-axxb-` `${1}W`", "-W-xxW-"),
        ("regexReplaceAll `a(x*)b` `-ab-axxb-` `$1W`", "---"),  // a group called 1W
        ("regexReplaceAll `(?P<k>\\w+)=(\\w+)` `a=1 b=2` `$2:$k $$`", "1:a $ 2:b $"),
        ("regexReplaceAllLiteral `a(x*)b` `-axxb-` `$1`", "-$1-"), ("regexReplaceAll `` `ab` `-`", "-a-b-"),
        ("regexReplaceAll `a*` `baac` `X`", "XbXcX"), ("regexSplit `z+` `pizzaz` -1", "[pi a ]"),
        ("regexSplit `z+` `pizzaz` 2", "[pi az]"), ("regexSplit `z+` `pizzaz` 0", "[]"),
        ("regexSplit `` `abc` -1", "[a b c]"), ("regexSplit `x` `abc` -1", "[abc]"),
        ("regexQuoteMeta `a.b*`", "a\\.b\\*"), ("mustRegexMatch `a` `a`", "true"),
    ])
    func whatCanBeDoneWithThem(call: String, expected: String) async throws {
        #expect(try await run(call) == expected)
    }

    @Test(arguments: [
        ("(", "a parenthesis is never closed"), (")", "unexpected \")\""),
        ("[a", "a bracket is never closed"),
        ("*a", "\"*\" has nothing in front of it to repeat"),
        ("a**", "a repetition cannot be repeated without parentheses"),
        ("a{2,1}", "a repetition counts from 0 to 1000, the smaller number first"),
        ("a{1001}", "a repetition counts from 0 to 1000, the smaller number first"),
        ("(a)\\1", "\"\\1\": back-references are no part of this syntax"),
        ("(?=a)", "look-around is no part of this syntax"),
        ("(?<!a)", "\"!a)\" is no name of a group: letters, digits and _"),
        ("(?x)a", "\"x\" is no flag of a group"),
        ("[b-a]", "a range in brackets must go upwards, from \"b\""),
        ("\\", "a backslash at the end escapes nothing"), ("\\y", "\"\\y\" is no escape sequence"),
        ("\\p{Greek}", "\\p{Greek} is not known: only general categories are, such as \\pL and \\p{Nd}"),
        ("[[:foo:]]", "\"[:foo:]\" is no class of characters"),
        ("(?P<a>x)(?P<a>y)", "a second group is called \"a\""),
        ("(((a{99}){99}){99})", "the expression is too large"),
    ])
    func aWrongExpressionIsOneError(pattern: String, message: String) async throws {
        let error = await #expect(throws: Diagnostics.self) {
            _ = try await TaskFileTests.render(
                "{{regexMatch .Values.p \"a\"}}", values: "p: \(quoted(pattern))")
        }
        #expect(
            error?.all.first?.message == "regexMatch: the regular expression \"\(pattern)\": \(message)")
    }

    /// These take a backtracking matcher longer than anybody lives.
    @Test(arguments: ["^(a*)*$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x"])
    func noExpressionTakesForEver(pattern: String) async throws {
        let template = "{{regexMatch `\(pattern)` (print (repeat 5000 `a`) `b`)}}"
        #expect(try await render(template) == "false")
    }

    @Test func deepNestingIsRefusedAndNotACrash() async throws {
        let pattern = String(repeating: "(", count: 5000)
        #expect(
            try await errors(of: "{{regexMatch `\(pattern)` `a`}}", renderOnly: true).first?.message
                .hasSuffix("groups are nested too deep") == true)
    }
}
