// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

/// `--format`, as docker has it.
@Suite struct DockerFormatTests {
    private let value = TemplateValue.map([
        "Id": .text("sha256:0123456789ab"), "Names": .text("web"), "RepoDigests": .list([.text("r.io/a@x")]),
        "Config": .map(["Env": .list([.text("A=1&2"), .text("B=<b>")]), "Cmd": .null]),
        "State": .map(["Running": .boolean(true), "ExitCode": .integer(0)]),
    ])

    @Test(arguments: [
        ("{{.Id}}", "sha256:0123456789ab"), ("{{index .RepoDigests 0}}", "r.io/a@x"),
        ("{{json .Config.Env}}", #"["A=1&2","B=<b>"]"#), ("{{json .Config.Cmd}}", "null"),
        ("{{.State.Running}} {{.State.ExitCode}}", "true 0"),
        ("{{range .Config.Env}}{{println .}}{{end}}", "A=1&2\nB=<b>\n"),
        ("{{join .Config.Env \",\"}}", "A=1&2,B=<b>"), ("{{index (split .Id \":\") 1}}", "0123456789ab"),
        ("{{truncate .Id 6}}", "sha256"), ("{{pad .Names 1 2}}|", " web  |"), ("{{title .Names}}", "Web"),
        ("{{upper .Names}}\\t{{lower \"A\"}}\\n", "WEB\ta\n"), ("{{len .RepoDigests}}", "1"),
        ("{{if .State.Running}}up{{else}}down{{end}}", "up"), ("{{with .Config}}{{len .Env}}{{end}}", "2"),
    ])
    func aTemplateIsAsDockers(format: String, expected: String) throws {
        #expect(try DockerFormat(format).render(value) == expected)
    }

    @Test func jsonAloneIsTheWholeValue() throws {
        let small = TemplateValue.map(["b": .integer(1), "a": .text("x")])
        #expect(try DockerFormat("json").render(small) == #"{"a":"x","b":1}"#)
    }

    @Test(arguments: [
        ("table {{.Names}}\t{{.Id}}", true, false), ("table", true, true), ("{{.Names}}", false, false),
    ])
    func aTableSaysSo(format: String, isTable: Bool, isPlain: Bool) throws {
        let read = try DockerFormat(format)
        #expect(read.isTable == isTable && read.isPlainTable == isPlain)
    }

    @Test(arguments: ["{{.Id", "{{end}}", "{{if}}", "{{.Id}}{{"])
    func whatIsNoTemplateIsRefused(format: String) {
        #expect(throws: Diagnostic.self) { try DockerFormat(format) }
    }

    @Test(arguments: [
        ("{{.Nmaes}}", "did you mean .Names?"), ("{{.State.Runing}}", "did you mean .Running?"),
        ("{{.Id.x}}", nil), ("{{nonsense .Id}}", nil), ("{{join \",\" .Config.Env}}", nil),
    ])
    func whatIsNotThereIsAnError(format: String, hint: String?) throws {
        let read = try DockerFormat(format)
        let error = #expect(throws: Diagnostic.self) { try read.render(value) }
        if let hint { #expect(error?.hint == hint) }
    }
}
