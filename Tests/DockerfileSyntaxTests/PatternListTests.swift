// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import Testing

/// Paths as BuildKit asks for them: from the top down, with the answers of the folder at hand.
@Suite struct PatternListTests {
    @Test(arguments: [
        ("**", "file"), ("**/", "file"), ("**", "dir/file"), ("**/", "dir/file"), ("**/**", "dir/file"),
        ("dir/**", "dir/file"), ("dir/**", "dir/dir2/file"), ("**/dir", "dir"), ("**/dir", "dir/file"),
        ("**/dir", "x/dir/y/file"), ("**/dir2/*", "dir/dir2/file"), ("**/dir2/*", "dir/dir2/a/b"),
        ("**/dir2/**", "dir/dir2/dir3/file"), ("**file", "file"), ("**file", "dir/file"),
        ("**/file", "dir/file"), ("**file", "dir/dir/file"), ("**file", "dir/afile"),
        ("**/file*", "dir/dir/file"), ("**/file*", "dir/dir/file.txt"), ("**/file*txt", "dir/dir/file.txt"),
        ("**/file*.txt", "dir/dir/file.txt"), ("**/file*.txt*", "dir/dir/file.txt"),
        ("**/**/*.txt", "dir/dir/file.txt"), ("**/*.txt", "file.txt"), ("**/**/*.txt", "file.txt"),
        ("a**/*.txt", "a/file.txt"), ("a**/*.txt", "a/dir/file.txt"), ("a**/*.txt", "a/dir/dir/file.txt"),
        ("a/*.txt", "a/file.txt"), ("a/*.txt**", "a/file.txt"), ("a[b-d]e", "ace"), ("a[^b-d]e", "aze"),
        (".*", ".foo"), ("abc.def", "abc.def"), ("abc?def", "abcZdef"), ("**/foo/bar", "foo/bar"),
        ("**/foo/bar", "dir/foo/bar"), ("**/foo/bar", "dir/dir2/foo/bar"), ("abc/**", "abc/def"),
        ("abc/**", "abc/def/ghi"), ("**/.foo", ".foo"), ("**/.foo", "a/.foo"),
        ("a(b)c/def", "a(b)c/def"), ("a.|)$(}+{bc", "a.|)$(}+{bc"),
        ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl"), ("a\\\\", "a\\"),
        ("a\\*b", "a*b"), ("\\!a", "!a"), ("a*b*c*d*e*/f", "axbxcxdxexxx/f"),
        ("a*b?c*x", "abxbbxdbxebxczzx"), ("a*", "ab/c"), ("a?b", "a☺b"), ("a[^a]b", "a☺b"),
        ("[a-ζ]*", "α"), ("[\\]a]", "]"), ("[\\-]", "-"), ("[x\\-]", "-"), ("[\\-x]", "x"), ("*x", "xxx"),
        ("[^a]b", "xb"), ("./a//b/", "a/b"), ("a/../b", "b"), ("/a", "a"), ("//a/b", "a/b"),
        ("A", "A"), ("ä*", "äö"), ("a b", "a b"), ("a**b", "ab"), ("a**b", "ax/b"),
    ])
    func matches(pattern: String, path: String) throws {
        #expect(try #require(PatternList([pattern])).matches(path))
    }

    @Test(arguments: [
        ("**/**/*.txt2", "dir/dir/file.txt"), ("a/*.txt", "a/dir/file.txt"), ("a[b-d]e", "ae"),
        ("a[b-d]e", "aae"), (".*", "foo"), ("abc.def", "abcdef"), ("abc.def", "abcZdef"),
        ("abc?def", "abcdef"),
        ("abc/**", "abc"), ("**/.foo", "bar.foo"), ("a(b)c/def", "a(b)c/xyz"), ("a\\*b", "ab"),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f"), ("a*b*c*d*e*/f", "axbxcxdxexxx/fff"),
        ("a*b?c*x", "abxbbxdbxebxczzy"), ("ab[c]", "abd"), ("ab[^c]", "abc"), ("a???b", "a☺b"),
        ("a?b", "a/b"), ("a*b", "a/b"), ("*[a-ζ]", "A"), ("[x\\-]", "z"), ("A", "a"), (".", "a"), ("..", "a"),
        ("../a", "a"), ("/", "a"), ("a", "b/a"), ("a/b", "a"), ("*/a", "a"), ("*/a", "b/c/a"),
        ("**file", "filex"), ("a**b", "axb"), ("b", "ab/b"),
    ])
    func doesNotMatch(pattern: String, path: String) throws {
        #expect(try !#require(PatternList([pattern])).matches(path))
    }

    /// The patterns, a path, and whether it matches.
    @Test(arguments: [
        (["**", "!util/docker/web"], "util/docker/web/foo", false),
        (["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true),
        (["**", "!dist/*.whl"], "dist/proxy-1.whl", false),
        (["*", "!a"], "a/b/c", false),
        (["*", "!a", "a/b"], "a/b/c", true),
        (["!a", "a"], "a", true),
        (["docs", "!docs/README.md"], "docs/README.md", false),
        (["docs", "!docs/README.md"], "docs/other", true),
        (["docs/", "!docs/README.md"], "docs/README.md", false),
        (["docs/*", "!docs/README.md"], "docs/README.md", false),
        (["docs/*", "!docs/*/keep"], "docs/a/keep", false),
        (["**/*.md", "!**/README.md"], "a/b/README.md", false),
        (["**/*.md", "!**/README.md"], "a/b/OTHER.md", true),
        (["  docs ", " ! docs/x "], "docs/x", false),
        (["a", "!a/b", "a/b/c"], "a/b/c", true),
        (["a", "!a/b", "a/b/c"], "a/b/d", false),
        (["!a/b", "a"], "a/b", true),
        (["a/b", "!a"], "a/b", true),
        (["**/node_modules", "!app/node_modules/keep"], "app/node_modules/keep/x", false),
        (["**/node_modules", "!app/node_modules/keep"], "lib/node_modules/keep/x", true),
    ])
    func theLastPatternThatMatchesDecides(patterns: [String], path: String, expected: Bool) throws {
        #expect(try #require(PatternList(patterns)).matches(path) == expected)
    }

    @Test(arguments: [
        "!", " ! ", "[", "[^", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[-x]", "\\", "a\\", "[a-b-c]", "[b-a]",
        "[]",
    ])
    func whatIsNoPatternIsRefused(pattern: String) {
        #expect(PatternList(["ok", pattern]) == nil)
    }

    /// The patterns, folders that must be looked into, folders that need not.
    @Test(arguments: [
        (["a", "!a/b/c"], ["a", "a/b"], ["a/x", "b", "a/b/c"]),
        (["*", "!d*/x"], ["d", "dd"], ["e", "d/y"]),
        (["*", "!**/keep"], ["a", "a/b", "c"], []),
        (["*", "!src/*.go"], ["src"], ["src/sub", "lib"]),
        (["*", "!src/**/*.go"], ["src", "src/a/b"], ["lib"]),
        (["a"], [], ["a", "b"]),
    ])
    func foldersAreLookedIntoOnlyWhereAnExceptionCanApply(
        patterns: [String], yes: [String], no: [String]
    ) throws {
        let list = try #require(PatternList(patterns))
        #expect(yes.filter { !list.hasExceptions(inside: $0) } == [])
        #expect(no.filter { list.hasExceptions(inside: $0) } == [])
    }

    @Test func foldersAreLookedIntoOnlyWhereSomethingCanMatch() throws {
        let list = try #require(PatternList(["src/*/main.c", "docs"]))
        #expect(["src", "src/x"].allSatisfy(list.canMatch))
        #expect(!["docs", "src/x/y", "lib"].contains(where: list.canMatch))
    }

    @Test func noPatternsMatchNothing() throws {
        let list = try #require(PatternList([]))
        #expect(list.isEmpty && !list.matches("a"))
    }
}
