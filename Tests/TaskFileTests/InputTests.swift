// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

/// What comes from the command line.
@Suite struct InputTests {
    @Test(arguments: [
        (["n=5"], "{{add .Values.n 1}}", "6"),
        (["m={\"a\": [1, {\"b\": \"x\"}]}"], "{{(index .Values.m.a 1).b}}", "x"),
        (["m.k1=\"new\""], "{{.Values.m}}", "map[k1:new k2:v2]"),
        (["q.r.s=true"], "{{.Values.q.r.s}}", "true"),
        (["s=\"\\u00e9\\ud83d\\ude00\\n\\/\""], "{{.Values.s | quote}}", "\"é😀\\n/\""),
        (["n=null"], "[{{.Values.n}}]", "[]"),
        (["f=-1.5e2"], "{{.Values.f}}", "-150"), (["yes=\"yes\""], "{{kindOf .Values.yes}}", "string"),
        (["m=1", "m.a=2"], "{{.Values.m.a}}", "2"),
    ])
    func valuesCanBeJSON(assignments: [String], template: String, expected: String) async throws {
        var inputs = try inputs(values: "m: {k1: v1, k2: v2}")
        for assignment in assignments { try inputs.setJSON(assignment) }
        #expect(try await TaskParser.render(template, file: "t", inputs: inputs) == expected)
    }

    @Test(arguments: [
        ("a={", "a name in quotes is missing"), ("a=[1", "\"]\" is missing"),
        ("a=yes", "\"yes\" is no JSON value"),
        ("a=01", "\"01\" is no JSON value"), ("a=1 2", "something follows the value"),
        ("a={a: 1}", "a name in quotes is missing"),
        ("a=\"x", "a text is never closed"), ("a=\"\\x\"", "this is no escape sequence"),
        ("a=", "a value is missing"),
        ("a=1.", "\"1.\" is no JSON value"), ("a=--1", "\"--1\" is no JSON value"),
        ("a=[1,]", "a value is missing"),
        ("a={\"a\" 1}", "\":\" is missing"), ("a=0x1", "\"0x1\" is no JSON value"),
        ("a=+1", "\"+1\" is no JSON value"),
    ])
    func whatIsNoJSONIsRefused(assignment: String, reason: String) throws {
        var inputs = try inputs()
        let error = #expect(throws: TaskInputError.self) { try inputs.setJSON(assignment) }
        #expect(
            "\(error.map(String.init(describing:)) ?? "")".hasPrefix(
                "the value of \"a\" is no JSON: \(reason)"))
    }

    @Test func deepJSONIsRefusedAndNotACrash() throws {
        var inputs = try inputs()
        #expect(throws: TaskInputError.self) {
            try inputs.setJSON("a=" + String(repeating: "[", count: 100_000))
        }
    }

    @Test(arguments: ["a..b=1", ".a=1", "a.=1", "=1", "a"])
    func aPathNeedsAllItsNames(assignment: String) throws {
        var inputs = try inputs()
        #expect(throws: TaskInputError.notAssignment(assignment)) { try inputs.setJSON(assignment) }
    }

    @Test func aSecretThatIsNoAssignmentIsNotShown() throws {
        var inputs = try inputs()
        #expect(throws: TaskInputError.notAssignment("***")) { try inputs.setSecret("hunter22") }
    }

    @Test func toolImagesCanBeOthers() async throws {
        var inputs = try inputs()
        try inputs.setAlias("bash=local/bash:1")
        let text = "version: v1.1.0\nsteps:\n- cmd: bash x\n- cmd: $bash"
        let steps = try await TaskParser.load(text, file: "t", inputs: inputs).steps
        let commands = steps.compactMap { step in
            if case .command(let text) = step.action { text.value } else { nil }
        }
        #expect(commands == ["local/bash:1 x", "local/bash:1"])
        #expect(throws: TaskInputError.notAlias("my-x")) { try inputs.setAlias("my-x=y") }
    }

    @Test(arguments: [
        "echo hi", "sh -c 'a: b # c \"d\"'", "a \\ $HOME\ttab", "$bash", "two\nlines", "- x", "é😀",
    ])
    func aFileOfOneCommandHasItAsItIs(command: String) async throws {
        let document = try await load(TaskText.oneStep(command: command, timeoutSeconds: 30))
        let step = try #require(document.steps.first)
        guard case .command(let text) = step.action else { return }
        #expect(text.value == command.replacing("$bash", with: "mcr.microsoft.com/acr/bash:2ff604c"))
        #expect(step.policy.timeout == .seconds(30) && step.container.keepsImageWorkingDirectory)
        #expect(document.warnings.isEmpty)
        #expect(try await load(TaskText.oneStep(command: command)).steps[0].policy.timeout == .seconds(600))
    }

    @Test func runAndValuesAreThereAsJSON() async throws {
        #expect(
            try await render("{{.ValuesJSON}}", values: "a: \"it's\"\nb: [1]")
                == "'{\"a\":\"it'\"'\"'s\",\"b\":[1]}'")
        #expect(try await render("{{.RunJSON}}").contains("\"ID\":\"7\""))
    }
}
