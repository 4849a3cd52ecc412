// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

/// What ACR Tasks was seen to do with a text, where no other suite asks the same.
@Suite struct VectorTests {
    @Test(arguments: [
        ("v1.0.0", "$x"), ("v1.1.0", "y"), ("\"v1.1.0\"", "y"), ("V1.1.0", "$x"), ("{{.Values.v}}", "y"),
        ("v1.1.0 # comment", "y"),
    ])
    func aliasesDependOnTheVersionAsWritten(version: String, expected: String) async throws {
        let text = "version: \(version)\nalias:\n  values: {x: y}\nz: $x"
        #expect(try await render(text, set: ["v=v1.1.0"]).hasSuffix("\nz: \(expected)"))
    }

    @Test func theVersionMayStandBelowTheSteps() async throws {
        let document = try await load("steps:\n- cmd: $ID x\nversion: v1.1.0\n")
        #expect(document.version == .v11)
        guard case .command(let command) = document.steps[0].action else { return }
        #expect(command.value == "7 x")
    }

    /// azure-cli puts a line with the version before the text of a file.
    @Test func aVersionLinePutBeforeAFileKeepsAliasesOn() async throws {
        let document = try await load("version: v1.1.0\nversion: v1.0.0\nsteps:\n- cmd: $ID x\n")
        #expect(document.version == .v1)
        guard case .command(let command) = document.steps[0].action else { return }
        #expect(command.value == "7 x")
    }

    @Test(arguments: [
        ("{{.Values.zz | b64enc}}x", "x"), ("{{.Values.zz}}x", "x"), ("{{.Values.zz | default \"d\"}}", "d"),
        ("{{index .Values \"n.k\"}}", "5"), ("{{.Values.a}}", "1,b=2"),
        ("{{range $i, $x := list 1 2}}{{$i}}{{end}}", "01"),
        ("{{define \"a\"}}x{{end}}{{template \"a\"}}", "x"),
    ])
    func templates(text: String, expected: String) async throws {
        #expect(try await render(text, set: ["a=1,b=2", "n.k=5"]) == expected)
    }

    @Test func anAliasMayBringInTemplatesAndLines() async throws {
        let text =
            "version: v1.1.0\nalias:\n  values:\n    more: |-\n      - push: [\"{{.Run.ID}}\"]\nsteps:\n$more"
        let steps = try await load(text).steps
        guard case .push(let images) = try #require(steps.first).action else { return }
        #expect(images.map(\.value) == ["7"])
    }

    @Test func variablesOfTemplatesSurviveAliasesOfOtherNames() async throws {
        let rendered = try await render("version: v1.1.0\nx: {{$x := 1}}{{$x}}\n")
        #expect(rendered == "version: v1.1.0\nx: 1\n")
    }

    @Test(arguments: [
        ("", "implicit"), ("networks: [{name: a}, {name: b}]", "none"),
        ("networks: [{name: a, isDefault: true}, {name: b, isDefault: true}]", "b"),
        ("networks: [{name: a, skipCreation: true, isDefault: true}, {name: b}]", "a"),
    ])
    func networksOfStepsWithoutOne(head: String, expected: String) async throws {
        func shown(_ network: StepNetwork) -> String {
            switch network {
            case .implicit: "implicit"
            case .none: "none"
            case .host: "host"
            case .named(let network): network.name
            case .other(let name): "other \(name)"
            }
        }
        let text = "\(head)\nsteps:\n- {cmd: a}\n- {cmd: a, network: b}\n- {cmd: a, network: host}"
        let document = try await load(text)
        #expect(shown(document.network(of: document.steps[0])) == expected)
        #expect(shown(document.network(of: document.steps[1])) == (head.isEmpty ? "other b" : "b"))
        #expect(shown(document.network(of: document.steps[2])) == "host")
        var inputs = try inputs()
        inputs.network = "ext"
        let external = try await TaskParser.load(text, file: "t", inputs: inputs)
        #expect(shown(external.network(of: external.steps[0])) == "other ext")
        #expect(shown(external.network(of: external.steps[1])) == (head.isEmpty ? "other b" : "b"))
    }

    @Test(arguments: [
        "steps: []", "unknown: {a: b}", "steps:\n- {cmd: a, when: []}",
        "steps:\n- {cmd: a, when: [acb_root]}",
        "steps:\n- cmd: a\n- {cmd: b, when: [acb_step_0, acb_step_0]}",
        "a: &x {b: c}\nd: {<<: *x}\nsteps: []",
        "version: v1.0.0\r\nsteps:\r\n- cmd: a\r\n",
        "steps:\n- {cmd: a, retries: 1.9, user: 1000, ports: [80]}",
        "steps:\n- {cmd: a, id: ~, when: ~, timeout: ~}",
    ])
    func whatIsAccepted(text: String) async throws {
        _ = try await load(text)
    }

    @Test(arguments: [
        ("steps:\n- {cmd: a, id: a, when: [a]}", "the step \"a\" waits for itself"),
        (
            "steps:\n- {cmd: a, id: acb_root}",
            "the id \"acb_root\" is reserved: it stands for the start of the run"
        ),
        ("steps:\n- {cmd: a, retries: \"3\"}", "retries must be a whole number, not \"3\""),
        ("steps:\n- {cmd: a, env: {A: b}}", "env must be a list, not a mapping"),
        ("env: {A: b}", "env must be a list, not a mapping"),
        ("version: v1.1.0\nalias:\n  src: f\nsteps: []", "src must be a list, not \"f\""),
    ])
    func whatIsRefused(text: String, message: String) async throws {
        #expect(try await errors(of: text).first?.message == message)
    }

    /// acb's agent runs a shell over these; the words that reach the container are the same here.
    @Test(arguments: [
        ("i \"a  b\" 'c d' e\\ f", ["i", "a  b", "c d", "e f"]),
        (
            "bash -c 'echo $FOO $$HOME $ID'",
            ["mcr.microsoft.com/acr/bash:2ff604c", "-c", "echo $FOO $HOME 7"]
        ),
    ])
    func wordsThatReachTheContainer(command: String, expected: [String]) async throws {
        let steps = try await load(steps: "- cmd: |-\n    \(command)")
        guard case .command(let text) = steps[0].action else { return }
        #expect(try ShellWords(text.value).words.map(\.text) == expected)
    }

    @Test(arguments: ["i a | tr a b", "i a; echo AFTER", "i $(echo sub)"])
    func whatOnlyAShellOfTheAgentCouldDoIsRefused(command: String) async throws {
        let steps = try await load(steps: "- cmd: |-\n    \(command)")
        guard case .command(let text) = steps[0].action else { return }
        #expect(throws: ShellWordsError.self) { _ = try ShellWords(text.value) }
    }

    @Test func aFoldedCommandIsOneLineAndALiteralOneIsTwo() async throws {
        let steps = try await load(steps: "- cmd: >-\n    i a\n    b\n- cmd: |-\n    i a\n    b")
        let texts = steps.compactMap { if case .command(let text) = $0.action { text.value } else { nil } }
        #expect(try ShellWords(texts[0]).words.map(\.text) == ["i", "a", "b"])
        #expect(throws: ShellWordsError.self) { _ = try ShellWords(texts[1]) }
    }

    @Test(arguments: [
        ("  bash x", "mcr.microsoft.com/acr/bash:2ff604c x"),
        ("\"bash\" ", "mcr.microsoft.com/acr/bash:2ff604c"),
        ("|\n    bash x", "mcr.microsoft.com/acr/bash:2ff604c x"), ("bash:3 x", "bash:3 x"),
        ("Registry x", "R.io x"),
    ])
    func renderingShowsAliasesOfFirstWordsToo(command: String, expected: String) async throws {
        let text = "version: v1.1.0\nsteps:\n- id: bash\n  cmd: \(command)\n"
        let rendered = try await render(text)
        #expect(rendered.contains("id: bash\n"))
        #expect(rendered.contains(expected.split(separator: " ")[0]))
        #expect(try await load(text).steps.count == 1)
    }
}
