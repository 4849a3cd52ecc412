// SPDX-License-Identifier: Apache-2.0

import TaskFile
import Testing

@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("", []), ("  \t ", []), ("a b", ["a", "b"]),
        ("i \"a  b\" 'c d' e\\ f", ["i", "a  b", "c d", "e f"]),
        ("a\\\nb", ["ab"]), ("\"a\\\nb\"", ["ab"]), ("a \\\n  b", ["a", "b"]), ("''", [""]), ("\"\"", [""]),
        ("a'b'\"c\"d", ["abcd"]), ("'\\'", ["\\"]), ("\"\\n\\\"\\$\"", ["\\n\"$"]), ("\\$X", ["$X"]),
        ("'$X `'", ["$X `"]), ("a # b", ["a"]), ("a#b", ["a#b"]), ("a\n# b\n", ["a"]), ("\na\n\n", ["a"]),
        ("*.yaml ~ {a,b} a=b", ["*.yaml", "~", "{a,b}", "a=b"]), ("$V/x ${V}x", ["v w/x", "v wx"]),
        ("\"$V\"", ["v w"]), ("$U", []), ("\"$U\"", [""]), ("X=$U", ["X="]), ("a$ $", ["a$", "$"]),
        ("$%", ["$%"]), ("a \u{6ED}b", ["a", "\u{6ED}b"]), ("é \u{301}", ["é", "\u{301}"]),
    ])
    func wordsAreThoseOfAShell(text: String, expected: [String]) throws {
        #expect(try ShellWords(text, variables: ["V": "v w"]).words.map(\.text) == expected)
    }

    @Test(arguments: [
        ("a | b", "|"), ("a; b", ";"), ("a && b", "&"), ("a > b", ">"), ("a < b", "<"), ("$(b)", "$("),
        ("`b`", "`"),
        ("\"$(b)\"", "$("), ("\"`b`\"", "`"), ("(a)", "("), ("a\nb", "b"), ("'a", "'a"), ("a \"b", "\"b"),
        ("a\\", "\\"),
        ("${X:-y}", "${X:-y}"), ("$1", "$1"), ("$?", "$?"), ("${X", "${X"),
    ])
    func whatNeedsAShellIsRefused(text: String, fragment: String) {
        let error = #expect(throws: ShellWordsError.self) { _ = try ShellWords(text) }
        #expect(error?.fragment == fragment)
    }

    @Test func unsetVariablesAreNamedOnce() throws {
        #expect(try ShellWords("$A $B$A \"$C\" '$D'", variables: ["B": ""]).unsetVariables == ["A", "C"])
    }

    @Test func wordsKnowHowTheyAreWritten() throws {
        #expect(try ShellWords("-t 'a b'\"c\"").words.map(\.written) == ["-t", "'a b'\"c\""])
    }
}
