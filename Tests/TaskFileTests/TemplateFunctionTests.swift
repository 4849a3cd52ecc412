// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct TemplateFunctionTests {
    private func run(_ call: String) async throws -> String {
        try await render("{{\(call)}}")
    }

    /// The run started at 2026-11-20T23:51:46Z.
    @Test(arguments: [
        ("now", "2026-11-20 23:51:46 +0000 UTC"), ("now | date `2006-01-02`", "2026-11-20"),
        ("now | htmlDate", "2026-11-20"), ("now | unixEpoch", "1795218706"),
        ("date `Mon, 2 Jan 06 3:04:05 pm` now", "Fri, 20 Nov 26 11:51:46 pm"),
        ("date `Monday January _2 002 15h 03PM` 0", "Thursday January  1 001 00h 12AM"),
        ("dateInZone `2006-01-02T15:04:05Z07:00` now `UTC`", "2026-11-20T23:51:46Z"),
        ("dateInZone `2006-01-02T15:04:05Z07:00` now `UTC+02:00`", "2026-11-21T01:51:46+02:00"),
        ("now | dateModify `-1.5h` | date `15:04:05 -0700 MST`", "22:21:46 +0000 UTC"),
        ("toDate `2006-01-02` `2024-02-29` | date `Jan 2, 2006`", "Feb 29, 2024"),
        ("toDate `2006-01-02T15:04:05Z07:00` `2024-02-29T01:00:00+02:00` | unixEpoch", "1709161200"),
        ("toDate `2 January 2006 3:04 PM` `1 march 2024 12:30 am` | unixEpoch", "1709253000"),
        ("ago (now | dateModify `-2h3m`)", "2h3m0s"), ("duration 95", "1m35s"),
        ("eq now (dateModify `0` now)", "true"), ("lt (dateModify `-1s` now) now", "true"),
        ("kindOf now", "struct"), ("toJson now", "\"2026-11-20T23:51:46Z\""),
    ])
    func datesAreThoseOfTheRunsStart(call: String, expected: String) async throws {
        #expect(try await run(call) == expected)
    }

    @Test(arguments: [
        ("sha1sum `abc`", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256sum `abc`", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha512sum `` | trunc 16", "cf83e1357eefb8bd"), ("adler32sum `Wikipedia`", "300286872"),
    ])
    func checkSums(call: String, expected: String) async throws {
        #expect(try await run(call) == expected)
    }

    @Test(arguments: [
        ("=1.2.3", "1.2.3", true), ("1.2.x", "1.2.9", true), ("1.2", "1.3.0", false),
        (">=1.2, <2", "1.9.0", true),
        (">=1.2 <2", "2.0.0", false), ("^1.2.3", "1.9.9", true), ("^0.2.3", "0.3.0", false),
        ("^0.0.3", "0.0.4", false),
        ("^0", "0.9.0", true), ("~1.2.3", "1.2.9", true), ("~1.2.3", "1.3.0", false), ("~1", "1.9.0", true),
        ("1.2 - 1.4", "1.4.7", true), ("1.2 - 1.4", "1.5.0", false), ("<1 || >=3", "3.0.0", true),
        ("*", "1.0.0", true),
        ("!=1.2.3", "1.2.3", false), ("!=1.2", "1.3.0", true), (">1.2", "1.2.9", false),
        ("<=1.2", "1.2.9", true),
        (">=1.0.0", "1.1.0-beta", false), (">=1.0.0-0", "1.1.0-beta", true), ("^1.0.0", "v1.2", true),
        (">1.0.0-alpha.1", "1.0.0-alpha.2", true), (">1.0.0-alpha.9", "1.0.0-alpha.10", true),
        (">1.0.0-rc.1", "1.0.0", true), (">1.0.0-1", "1.0.0-a", true),
    ])
    func rangesOfVersions(range: String, version: String, expected: Bool) async throws {
        #expect(try await run("semverCompare \"\(range)\" \"\(version)\"") == "\(expected)")
    }

    @Test(arguments: [
        ("(semver `v1.2.3-rc.1+b5`).Minor", "2"), ("(semver `v1.2.3-rc.1+b5`).Prerelease", "rc.1"),
        ("(semver `1.2.3+b5`).Metadata", "b5"), ("(semver `v1.2`).Patch", "0"),
        ("(semver `v1.2`).Original", "v1.2"),
        ("wrap 5 `ab cd efghijk l`", "ab cd\nefghijk\nl"),
        ("wrapWith 4 `\\t` `abcdefghij k`", "abcd\\tefgh\\tij k"),
        ("wrap 80 `` | quote", "\"\""), ("(urlParse `https://u:p@h.io:8080/a/b?q=1#f`).host", "h.io:8080"),
        ("(urlParse `https://u:p@h.io:8080/a/b?q=1#f`).hostname", "h.io"),
        ("(urlParse `https://u:p@h.io:8080/a/b?q=1#f`).userinfo", "u:p"),
        ("(urlParse `http://[::1]:80/`).hostname", "::1"),
        ("(urlParse `mailto:a@b`).opaque", "a@b"), ("(urlParse `/only/path`).path", "/only/path"),
        ("urlJoin (urlParse `https://u:p@h.io:8080/a/b?q=1#f`)", "https://u:p@h.io:8080/a/b?q=1#f"),
        ("urlJoin (dict `scheme` `http` `host` `h` `path` `p`)", "http://h/p"),
        ("typeIsLike `string` `a`", "true"),
        ("replace `` `-` `ab`", "-a-b-"), ("mustToJson (list 1)", "[1]"),
    ])
    func moreOfSprig(call: String, expected: String) async throws {
        #expect(try await run(call) == expected)
    }

    @Test(arguments: [
        ("semver `1.2.3.4`", "semver: \"1.2.3.4\" is no semantic version"),
        ("semver `1.x`", "semver: \"1.x\" is no semantic version"),
        ("semverCompare `>>1` `1.0.0`", "semverCompare: \">>1\" is no range of versions"),
        ("toDate `2006-01-02` `2023-02-29`", "toDate: \"2023-02-29\" is no date of the form \"2006-01-02\""),
        ("toDate `2006-01-02` `2023-02-2`", "toDate: \"2023-02-2\" is no date of the form \"2006-01-02\""),
        ("dateModify `soon` now", "dateModify: \"soon\" is no span of time"),
        ("dateInZone `06` now `Mars`", "dateInZone: the time zone \"Mars\" is not known here"),
    ])
    func whatIsNoneIsAnError(call: String, message: String) async throws {
        #expect(try await errors(of: "{{\(call)}}", renderOnly: true).map(\.message) == [message])
    }

    @Test(arguments: [
        ("{{$d := dict \"a\" 1}}{{$_ := set $d \"b\" 2}}{{$d}}", "map[a:1 b:2]"),
        ("{{$d := dict \"a\" (dict)}}{{$_ := set $d.a \"b\" 2}}{{$d.a.b}}", "2"),
        ("{{$d := dict \"a\" 1}}{{$_ := unset $d \"a\"}}{{$d}}", "map[]"),
        ("{{$d := dict}}{{range list 1 2}}{{$_ := set $d (print .) .}}{{end}}{{keys $d}}", "[1 2]"),
        ("{{$d := dict \"a\" 1}}{{$_ := merge $d (dict \"b\" 2)}}{{$d.b}}", "2"),
    ])
    func whatChangesAMappingChangesTheVariable(template: String, expected: String) async throws {
        #expect(try await render(template) == expected)
    }

    @Test func chanceComesFromTheSeed() async throws {
        func draw(_ seed: [UInt8]) async throws -> String {
            var inputs = try inputs()
            inputs.seed = seed
            let text = "{{uuidv4}} {{randAlphaNum 8}} {{randNumeric 4}} {{randAlpha 3}} {{randAscii 0}}"
            return try await TaskParser.render(text, file: "t", inputs: inputs)
        }
        let first = try await draw([1])
        #expect(try await draw([1]) == first)
        #expect(try await draw([2]) != first)
        let form =
            #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} [A-Za-z0-9]{8} [0-9]{4} [A-Za-z]{3} /#
        #expect(first.wholeMatch(of: form) != nil)
    }

    @Test func onlyAllowedVariablesOfTheEnvironmentAreRead() async throws {
        var inputs = try inputs()
        inputs.allowedEnvironment = ["A": "1", "B_C": "2"]
        let text = "{{env \"A\"}} {{expandenv \"$A${B_C} $ $$\"}}"
        #expect(try await TaskParser.render(text, file: "t", inputs: inputs) == "1 12 $ $$")
        await #expect(throws: Diagnostics.self) {
            _ = try await TaskParser.render("{{expandenv \"$HOME\"}}", file: "t", inputs: inputs)
        }
    }

    @Test(arguments: [
        "{{range until 1000000}}{{range until 1000000}}{{end}}{{end}}",
        "{{$x := \"0123456789abcdef\"}}{{range until 60}}{{$x = print $x $x}}{{end}}",
        "{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{$x}}",
        "{{$x := list 1}}{{range until 60}}{{$x = concat $x $x}}{{end}}",
        "{{$x := list 1}}{{range until 1000}}{{$x = list $x}}{{end}}",
        "{{$x := dict}}{{range until 60}}{{$x = dict \"a\" $x \"b\" $x}}{{end}}{{toJson $x}}",
        "{{$s := repeat 100000 \"ab\"}}{{replace \"a\" $s $s}}",
        "{{$s := repeat 100000 \"ab\"}}{{join $s (splitList \"\" $s)}}",
        "{{$s := repeat 100000 \"a\\n\"}}{{indent 1000 $s}}",
        "{{$s := repeat 100000 \"a\"}}{{regexReplaceAll \"a\" $s $s}}",
        "{{$s := repeat 100000 \"a \"}}{{wrapWith 1 $s $s}}",
        "{{define \"a\"}}{{template \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}",
        "{{repeat 9999999 \"a\" | repeat 9999999}}",
        "{{$s := repeat 100000 \"a\"}}{{regexReplaceAll \"(.*)\" $s (repeat 1000 \"$1\")}}",
        "{{randAlpha 99999999}}", "{{$s := repeat 1000 \"a\"}}{{range until 100000}}{{$s}}{{end}}",
    ])
    func bombsAreRefused(template: String) async throws {
        #expect(try await errors(of: template, renderOnly: true).count == 1)
    }
}
