// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct DockerIgnoreTests {
    private func ignores(_ text: String, _ path: String) throws -> Bool {
        try DockerIgnore.parse(text, file: ".dockerignore").ignores(path)
    }

    @Test(arguments: [
        ("a", "a"),
        ("a", "a/b/c"),  // a folder takes what is in it along
        ("/a", "a"),
        ("a/", "a/b"),
        ("  a  ", "a"),
        ("./a/../b", "b"),
        ("*", "a"),
        ("*.md", "README.md"),
        ("*/temp*", "x/temporary"),
        ("temp?", "tempa"),
        ("[a-c]x", "bx"),
        ("[^a-c]x", "dx"),
        ("**", "a/b"),
        ("**/*.go", "a.go"),
        ("**/*.go", "a/b/c.go"),
        ("**/x", "a/b/x"),
        ("**/x", "x"),
        ("**x", "a/bx"),  // any path with that ending
        ("a/**", "a/b/c"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("a\\*b", "a*b"),
        ("a\n!a\na", "a"),
        ("a\n!a/b", "a/c"),
        ("\u{FEFF}a", "a"),
        ("a\r\nb\r\n", "a"),
        ("a/b\n!a", "a/b"),  // BuildKit: the exception was not asked for the folder
    ])
    func ignored(text: String, path: String) throws {
        #expect(try ignores(text, path))
    }

    @Test(arguments: [
        ("", "a"),
        ("# a", "# a"),
        (" # a", "a"),
        ("a", "b/a"),  // patterns begin at the root of the context
        ("a", "ab"),
        ("*.md", "docs/README.md"),
        ("*/temp*", "temp"),
        ("*/temp*", "x/y/temp"),
        ("temp?", "temp"),
        ("**/x", "a/bx"),
        ("a/**", "a"),
        ("a\n!a", "a"),
        ("a\n!a/b", "a/b"),
        ("*\n!README.md", "README.md"),
        ("*.md\n!README*.md", "README-x.md"),
        ("../a", "a"),
    ])
    func kept(text: String, path: String) throws {
        #expect(try !ignores(text, path))
    }

    @Test(arguments: ["!", "a\n[", "[a-", "a\\"])
    func aPatternThatIsNoneIsRefused(text: String) {
        #expect(throws: Diagnostic.self) { try DockerIgnore.parse(text, file: ".dockerignore") }
    }

    @Test func aPatternOfManyWildcardsIsQuick() throws {
        let pattern = String(repeating: "**/*a", count: 40) + "b"
        #expect(try !ignores(pattern, String(repeating: "a/", count: 200) + "a"))
    }
}

@Suite struct PathPatternTests {
    @Test(arguments: [
        ("abc", "abc", true), ("*", "abc", true), ("*c", "abc", true), ("a*/b", "abc/b", true),
        ("a*/b", "a/c/b", false), ("*", "a/b", false), ("a?c", "abc", true), ("a?c", "a/c", false),
        ("[a-c]", "b", true), ("[^a-c]", "b", false), ("[^a]", "/", false), ("a\\*b", "a*b", true),
        ("a\\*b", "axb", false), ("", "", true), ("[é-ü]", "ö", true), ("a**b", "axxb", true),
    ])
    func matchesAsGoDoes(pattern: String, path: String, expected: Bool) throws {
        #expect(try #require(PathPattern(pattern)).matches(path) == expected)
    }

    @Test(arguments: ["[", "[]", "[a", "[-a]", "[a-]", "a\\"])
    func aPatternThatIsNoneIsRefused(pattern: String) {
        #expect(PathPattern(pattern) == nil)
    }

    @Test func wildcardsThatAreEscapedAreNone() {
        #expect(PathPattern.hasWildcards("a*") && PathPattern.hasWildcards("[a]"))
        #expect(!PathPattern.hasWildcards("a\\*") && !PathPattern.hasWildcards("plain"))
    }
}

@Suite struct CleanPathTests {
    @Test(arguments: [
        ("a", "/w", "/w/a"), ("/a/./b//c/", "/w", "/a/b/c"), ("../../..", "/w", "/"), (".", "/w", "/w"),
        ("", "/w", "/w"),
    ])
    func absolutePathsStayBelowTheRoot(path: String, folder: String, expected: String) {
        #expect(CleanPath.absolute(path, in: folder) == expected)
    }

    @Test(arguments: [("/a/", "a"), ("./", "."), ("a/../b", "b"), ("../a", "../a"), ("/../a", "a")])
    func relativePathsKeepWhatLeadsOut(path: String, expected: String) {
        #expect(CleanPath.relative(path) == expected)
    }
}
