// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct ExpanderTests {
    private static let variables = ["a": "alpha", "empty": "", "path": "usr/local/lib.tar.gz", "two": "x  y"]

    private func expander(_ quotes: Expander.Quotes = .removed, escape: Character = "\\") -> Expander {
        Expander(escape: escape, quotes: quotes) { Self.variables[$0] }
    }

    @Test(arguments: [
        ("plain", "plain"),
        ("$a", "alpha"),
        ("${a}b$a", "alphabalpha"),
        ("$a-b", "alpha-b"),
        ("$nobody.", "."),
        ("\\$a", "$a"),
        ("\\${a}", "${a}"),
        ("a$", "a$"),
        ("$/x", "$/x"),
        ("'$a'", "$a"),
        ("\"$a b\"", "alpha b"),
        ("\"a\\\"b\\c\"", "a\"b\\c"),
        ("a\\ b", "a b"),
        ("tail\\", "tail"),
        ("${a-d}", "alpha"),
        ("${empty-d}", ""),
        ("${empty:-d}", "d"),
        ("${nobody-d}", "d"),
        ("${nobody:-$a}", "alpha"),
        ("${nobody:-${nobody:-deep}}", "deep"),
        ("${a+s}", "s"),
        ("${empty+s}", "s"),
        ("${empty:+s}", ""),
        ("${nobody+s}", ""),
        ("${a?}", "alpha"),
        ("${path#*/}", "local/lib.tar.gz"),
        ("${path##*/}", "lib.tar.gz"),
        ("${path%.*}", "usr/local/lib.tar"),
        ("${path%%.*}", "usr/local/lib"),
        ("${path#x}", "usr/local/lib.tar.gz"),
        ("${a#?}", "lpha"),
        ("${a/l/L}", "aLpha"),
        ("${a/a/A}", "Alpha"),
        ("${a//a/A}", "AlphA"),
        ("${path/*\\//}", "lib.tar.gz"),
    ])
    func aWordExpandsAsInAShell(text: String, expected: String) throws {
        #expect(try expander().expand(text) == expected)
    }

    @Test(arguments: [
        "${a", "${}", "${:-x}", "${a!x}", "${a:=x}", "${nobody?}", "${nobody:?gone}", "${empty:?}", "'a",
        "\"a",
        "${a#\\x}", "${",
    ])
    func aSubstitutionThatIsNoneIsRefused(text: String) {
        #expect(throws: ExpansionError.self) { try expander().expand(text) }
    }

    @Test func theMessageOfAMandatoryVariableIsItsOwn() {
        #expect(throws: ExpansionError(message: "nobody: give me a name")) {
            try expander().expand("${nobody:?give me a name}")
        }
    }

    @Test(arguments: [
        ("80 $two", ["80", "x", "y"]),
        ("\"$two\" z", ["x  y", "z"]),
        ("  a  ", ["a"]),
        ("$nobody", []),
        ("a\\ b c", ["a b", "c"]),
    ])
    func wordsSplitAfterExpansion(text: String, words: [String]) throws {
        #expect(try expander().expandWords(text) == words)
    }

    @Test func aDocumentKeepsItsQuotes() throws {
        #expect(try expander(.literal).expand("it's \"$a\" and \\$a\n") == "it's \"alpha\" and $a\n")
    }

    @Test func theEscapeCharacterIsTheFilesOwn() throws {
        #expect(try expander(escape: "`").expand("c:\\x`$a") == "c:\\x$a")
    }
}

@Suite struct VariablesTests {
    @Test func theLaterOfEnvAndArgCountsAndTheImageHasWhatEnvSet() {
        var variables = Variables(environment: ["PATH=/bin", "both=env", "bare"])
        variables.declare("both", "arg")
        variables.declare("only", "arg")
        variables.declare("nothing", nil)
        variables.declare("bare", nil)
        #expect(variables.value(of: "both") == "arg")
        #expect(variables.value(of: "only") == "arg")
        #expect(variables.value(of: "nothing") == nil)
        #expect(variables.value(of: "bare") == "")
        variables.set("PATH", to: "/usr/bin")
        #expect(variables.environmentEntries == ["PATH=/usr/bin", "both=env", "bare="])
        #expect(variables.entries == ["PATH=/usr/bin", "both=arg", "bare=", "only=arg"])
        #expect(variables.declaredNames == ["both", "only", "nothing", "bare"])
        variables.set("both", to: "again")
        #expect(variables.value(of: "both") == "again")
    }

    @Test func aStageHasTheArgumentsOfTheOneBelowBehindItsEnvironment() {
        var variables = Variables(environment: ["both=env"])
        variables.declare("both", "arg")
        variables.declare("only", "arg")
        variables.enterStage()
        #expect(variables.value(of: "both") == "env")
        #expect(variables.value(of: "only") == "arg")
    }

    @Test func globalArgumentsSeeThoseBeforeThemAndWhatIsGivenWins() throws {
        let text = "ARG a=1\nARG b=$a-$TARGETARCH\nARG c=x\nARG d\nFROM scratch\n"
        let dockerfile = try Dockerfile.parse(text, file: "Dockerfile")
        let arguments = BuildArguments(given: ["c": "given"], platform: ["TARGETARCH": "arm64"])
        let scope = try arguments.globalScope(of: dockerfile)
        #expect(scope == ["a": "1", "b": "1-arm64", "c": "given", "TARGETARCH": "arm64"])
    }

    @Test func aDefaultThatDoesNotExpandIsAtItsPlace() throws {
        let dockerfile = try Dockerfile.parse("ARG a=${\nFROM scratch\n", file: "Dockerfile")
        let thrown = #expect(throws: LocatedExpansionError.self) {
            try BuildArguments().globalScope(of: dockerfile)
        }
        #expect(thrown?.location.line == 1 && thrown?.location.column == 7)
    }
}
