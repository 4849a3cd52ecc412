// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct TemplateTests {
    private static let values = """
        name: app
        n: 5
        f: 1.10
        octal: 0123
        yes: yes
        list: [b, a, b]
        map: {k1: v1, k2: v2}
        "a-b": dashed
        """

    private func check(_ template: String, _ expected: String) async throws {
        #expect(try await render(template, values: Self.values) == expected)
    }

    @Test(arguments: [
        ("{{.Run.ID}}-{{.Build.ID}}", "7-7"),
        ("{{ .Values.name }}", "app"),
        ("{{.Values.f}} {{.Values.octal}} {{.Values.yes}}", "1.1 83 true"),
        ("[{{.Values.zz}}]", "[]"),
        ("{{index .Values \"a-b\"}}", "dashed"),
        ("a {{- \"b\" -}} c", "abc"),
        ("a {{/* {{ nothing }} */}}b", "a b"),
        ("a {{- /* c */ -}} b", "ab"),
        ("{{-3}}", "-3"),
        ("{{$x := 3}}{{$x}}{{$x = 4}}{{$x}}", "34"),
        ("{{if .Values.zz}}a{{else if .Values.n}}b{{else}}c{{end}}", "b"),
        ("{{with .Values.map}}{{.k1}}{{$.Values.n}}{{else}}none{{end}}", "v15"),
        ("{{with .Values.zz}}x{{else}}none{{end}}", "none"),
        ("{{range .Values.list}}{{.}},{{end}}", "b,a,b,"),
        ("{{range $i, $e := .Values.list}}{{$i}}{{$e}}{{end}}", "0b1a2b"),
        ("{{range $k, $v := .Values.map}}{{$k}}={{$v}};{{end}}", "k1=v1;k2=v2;"),
        ("{{range .Values.zz}}x{{else}}none{{end}}", "none"),
        ("{{range until 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}", "02"),
        ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .Values.name}}", "<app>"),
        ("{{block \"b\" 1}}{{.}}{{end}}", "1"),
        ("{{(index .Values \"map\").k2}}", "v2"),
        ("{{.Values.name | upper | printf \"%s-%d\" \"x\" | quote}}", "\"x-%!d(string=APP)\""),
        ("{{and 1 0 2}}{{or 0 \"\" \"z\"}}{{not 1}}", "0zfalse"),
        ("{{`raw \\n`}}{{\"\\u00e9\\n\" | trim}}{{'a'}}", "raw \\né97"),
        ("{{\n.Values.name\n}}", "app"),
        ("{{.Values.list}} {{.Values.map}}", "[b a b] map[k1:v1 k2:v2]"),
        ("{{if true}}{{$y := 1}}{{end}}{{nil | default 2}}", "2"),
    ])
    func theLanguage(template: String, expected: String) async throws {
        try await check(template, expected)
    }

    @Test(arguments: [
        ("default \"d\" .Values.zz", "d"), ("empty .Values.zz", "true"), ("coalesce .Values.zz 0 3", "3"),
        ("ternary 1 2 true", "1"), ("eq 1 2 1", "true"), ("ne 1 2", "true"), ("lt 1 2", "true"),
        ("le 2 2", "true"), ("gt \"b\" \"a\"", "true"), ("ge 1.5 1.5", "true"),
        ("print 1 2 \"a\" 3", "1 2a3"),
        (
            "printf \"%05d|%-4s|%4s|%q|%x|%.2f|%t|%v|%%\" 42 \"a\" \"b\" \"c\" 255 1.005 true 7",
            "00042|a   |   b|\"c\"|ff|1.00|true|7|%"
        ),
        ("printf \"%d\"", "%!d(MISSING)"), ("kindOf .Values.n", "int"),
        ("quote .Values.name .Values.n", "\"app\" \"5\""), ("squote \"a\"", "'a'"),
        ("upper \"aé\"", "AÉ"), ("title \"a bc\"", "A Bc"), ("untitle \"AB Cd\"", "aB cd"),
        ("trim \"  a \"", "a"), ("trimAll \"$\" \"$5$\"", "5"), ("trimPrefix \"v\" \"v1\"", "1"),
        ("trimSuffix \"-x\" \"a-x\"", "a"), ("trunc 3 \"abcdef\"", "abc"), ("trunc -2 \"abcdef\"", "ef"),
        ("substr 1 3 \"abcdef\"", "bc"), ("replace \".\" \"-\" \"a.b.c\"", "a-b-c"),
        ("contains \"dog\" \"concat\"", "false"), ("contains \"cat\" \"a cat\"", "true"),
        ("hasPrefix \"ab\" \"abc\"", "true"), ("hasSuffix \"bc\" \"abc\"", "true"),
        ("repeat 3 \"ab\"", "ababab"),
        ("nospace \" a b \"", "ab"), ("cat \"a\" 1", "a 1"), ("indent 2 \"a\\nb\"", "  a\n  b"),
        ("nindent 2 \"a\"", "\n  a"), ("abbrev 5 \"abcdefg\"", "ab..."), ("plural \"one\" \"many\" 1", "one"),
        ("snakecase \"HttpServer\"", "http_server"), ("kebabcase \"HttpServer\"", "http-server"),
        ("camelcase \"http_server\"", "HttpServer"), ("swapcase \"aB\"", "Ab"), ("initials \"ab cd\"", "ac"),
        ("join \"-\" .Values.list", "b-a-b"), ("(split \"/\" \"a/b\")._1", "b"),
        ("splitList \"/\" \"a/b\"", "[a b]"), ("(splitn \"/\" 2 \"a/b/c\")._1", "b/c"),
        ("first .Values.list", "b"), ("last .Values.list", "b"), ("rest .Values.list", "[a b]"),
        ("initial .Values.list", "[b a]"), ("append .Values.list 1", "[b a b 1]"),
        ("prepend (list 1) 0", "[0 1]"),
        ("concat (list 1) (list 2)", "[1 2]"), ("reverse (list 1 2)", "[2 1]"),
        ("uniq .Values.list", "[b a]"),
        ("without .Values.list \"a\"", "[b b]"), ("has \"a\" .Values.list", "true"),
        ("slice (list 1 2 3) 1 2", "[2]"),
        ("compact (list 0 1 \"\")", "[1]"), ("sortAlpha .Values.list", "[a b b]"), ("until 3", "[0 1 2]"),
        ("untilStep 0 6 2", "[0 2 4]"), ("len \"abc\"", "3"), ("index .Values.list 1", "a"),
        ("get (dict \"a\" 1) \"a\"", "1"), ("hasKey .Values.map \"k1\"", "true"),
        ("keys .Values.map", "[k1 k2]"),
        ("pick .Values.map \"k1\"", "map[k1:v1]"), ("omit .Values.map \"k1\"", "map[k2:v2]"),
        ("merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3)", "map[a:1 b:3]"),
        ("mergeOverwrite (dict \"a\" 1) (dict \"a\" 2)", "map[a:2]"), ("set (dict) \"a\" 1", "map[a:1]"),
        ("pluck \"a\" (dict \"a\" 1) (dict)", "[1]"), ("values .Values.map", "[v1 v2]"),
        ("add 1 \"2\" 3", "6"), ("add1 1", "2"), ("sub 3 1", "2"), ("mul 2 3", "6"), ("div 7 2", "3"),
        ("mod 7 2", "1"), ("max 1 3 2", "3"), ("min 2 1", "1"), ("ceil 1.2", "2"), ("floor 1.8", "1"),
        ("round 1.255 1", "1.3"), ("int \"7\"", "7"), ("atoi \"x\"", "0"), ("toDecimal \"777\"", "511"),
        ("b64enc \"hello\"", "aGVsbG8="), ("b64dec \"aGVsbG8=\"", "hello"), ("b32enc \"hi\"", "NBUQ===="),
        ("b32dec \"NBUQ====\"", "hi"), ("b64enc .Values.zz | quote", "\"\""),
        ("b64enc .Values.n", "NQ=="),  // ACR Tasks encodes the name of the type
        ("toJson (dict \"a\" (list 1 \"<\") \"b\" nil)", "{\"a\":[1,\"\\u003c\"],\"b\":null}"),
        ("toPrettyJson (dict \"a\" 1)", "{\n  \"a\": 1\n}"), ("urlquery \"a b/c\"", "a+b%2Fc"),
        ("html \"<a>\"", "&lt;a&gt;"), ("base \"/a/b.c\"", "b.c"), ("dir \"/a/b\"", "/a"),
        ("ext \"a.tar.gz\"", ".gz"),
        ("clean \"a/../b//c\"", "b/c"), ("isAbs \"/a\"", "true"), ("toString 1.5", "1.5"),
        ("toStrings (list 1 2)", "[1 2]"),
    ])
    func functions(call: String, expected: String) async throws {
        try await check("{{\(call)}}", expected)
    }

    @Test(arguments: [
        ("{{.Values.zz.yy}}", 1, 3, "cannot read .yy: .Values.zz is not set"),
        ("{{.Values.zz | upper}}", 1, 16, "upper: argument 1 is not set"),
        ("a\n{{uper \"x\"}}", 2, 3, "there is no function called uper"),
        ("{{if 1}}", 1, 1, "\"if\" has no \"end\""),
        ("{{end}}", 1, 1, "\"end\" without an action that it ends"),
        ("{{else}}", 1, 1, "\"else\" without an action that it ends"),
        ("{{ .Values.name", 1, 1, "this template action is never closed with \"}}\""),
        ("{{\"abc}}", 1, 3, "this quoted text is never closed"),
        ("{{}}", 1, 1, "a value or a function is missing in this template action"),
        ("{{1 2}}", 1, 5, "only a function can be followed by arguments"),
        ("{{1 | 2}}", 1, 7, "what stands behind \"|\" must be a function"),
        ("{{(1}}", 1, 3, "this parenthesis is never closed"),
        ("{{$x}}", 1, 3, "the variable $x does not exist here"),
        ("{{break}}", 1, 1, "\"break\" outside \"range\""),
        ("{{template \"t\"}}", 1, 1, "no template is called \"t\""),
        (
            "{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}", 1, 15,
            "templates call each other more than 100 deep"
        ),
        ("{{eq .Values.n \"5\"}}", 1, 3, "eq: cannot compare int with string"),
        ("{{fail \"no\"}}", 1, 3, "no"),
        ("{{index .Values.list 9}}", 1, 3, "index: there is no element 9 in a list of 3"),
        ("{{div 1 0}}", 1, 3, "div: cannot divide 1 by 0"),
        ("{{add 9223372036854775807 1}}", 1, 3, "add: the result is out of range"),
        ("{{until 99999999}}", 1, 3, "until: these are too many numbers"),
        ("{{repeat 999999 (repeat 999 \"a\")}}", 1, 3, "repeat: the text gets too long"),
        (
            "{{getHostByName \"x\"}}", 1, 3,
            "the function getHostByName is not available: a task file asks nobody when it is rendered"
        ),
        ("{{toYaml 1}}", 1, 3, "the function toYaml is one of Helm: task files do not have it"),
        ("{{env \"HOME\"}}", 1, 3, "env: the environment variable HOME may not be read here"),
        ("{{upper}}", 1, 3, "upper: takes 1 argument, not 0"),
        ("{{b64dec \"?\"}}", 1, 3, "b64dec: this is not Base64"),
        ("{{range 1}}{{end}}", 1, 9, "\"range\" needs a list or a mapping, not int"),
    ])
    func aWrongTemplateIsOneLocatedError(text: String, line: Int, column: Int, message: String) async throws {
        let error = await #expect(throws: Diagnostics.self) {
            _ = try await TaskFileTests.render(text, values: Self.values)
        }
        let first = try #require(error?.all.first)
        #expect(first.message == message)
        #expect(first.location == SourceLocation(file: "task.yaml", line: line, column: column))
    }

    @Test func deepNestingIsRefusedAndNotACrash() async throws {
        let ifs = String(repeating: "{{if 1}}", count: 5000)
        #expect(
            try await errors(of: ifs, renderOnly: true).first?.message.hasPrefix("actions are nested") == true
        )
        let groups = "{{" + String(repeating: "(", count: 5000) + "}}"
        #expect(
            try await errors(of: groups, renderOnly: true).first?.message == "parentheses are nested too deep"
        )
    }

    @Test func aMisspeltFunctionIsHintedAt() async throws {
        #expect(try await errors(of: "{{uper 1}}", renderOnly: true).first?.hint == "did you mean upper?")
    }

    @Test(arguments: [
        (["a=1,b=2"], "{{.Values.a}}", "1,b=2"), (["a=1", "a=3"], "{{.Values.a}}", "3"),
        (["f=zzz"], "{{.Values.f}}", "zzz"), (["k="], "[{{.Values.k}}]", "[]"),
        (["n.k=5"], "{{index .Values \"n.k\"}}", "5"), (["n=4"], "{{add .Values.n 1}}", "5"),
    ])
    func setBeatsTheValuesFile(assignments: [String], template: String, expected: String) async throws {
        #expect(try await render(template, set: assignments, values: Self.values) == expected)
    }

    @Test(arguments: ["k", "=v", ""])
    func anAssignmentNeedsANameAndAnEqualsSign(text: String) throws {
        var inputs = try inputs()
        #expect(throws: TaskInputError.notAssignment(text)) { try inputs.set(text) }
    }

    @Test func aValuesFileMustBeAMapping() throws {
        #expect(throws: Diagnostic.self) { _ = try inputs(values: "- a") }
        #expect(throws: Diagnostic.self) { _ = try inputs(values: "a: [") }
    }
}
