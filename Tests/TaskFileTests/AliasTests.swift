// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct AliasTests {
    private func render(alias: String = "", _ text: String) async throws -> String {
        let full = "version: v1.1.0\n\(alias)x: \(text)"
        let result = try await TaskParser.render(full, file: "task.yaml", inputs: inputs())
        return String(result.dropFirst("version: v1.1.0\nx: ".count))
    }

    @Test(arguments: [
        ("$Registry$ID", "R.io7"),
        ("$foo$Registry", "$foo$Registry"),  // after an unknown name the directive is copied
        ("$$Registry", "$Registry"),
        ("$$$$Registry", "$$Registry"),
        ("${Registry}", "${Registry}"),
        ("a$", "a$"),
        ("$ ID", "$ ID"),
        ("$ID_x", "7_x"),
        ("$IDx", "$IDx"),
        ("$registry", "$registry"),
        ("$RegistryName/$Branch:$Commit", "R/main:abc123"),
        ("$OS-$Architecture", "linux-amd64"),
        ("$Date", "20261120-235146z"),
        ("$bash", "mcr.microsoft.com/acr/bash:2ff604c"),
    ])
    func substitutionIsOnePassOverTheText(text: String, expected: String) async throws {
        #expect(try await render(text) == expected)
    }

    @Test(arguments: [
        ("  values: {Registry: custom.io}", "$Registry", "custom.io"),
        ("  values: {nested: $ID}", "$nested", "$ID"),
        ("  values:\n    n: 5\n    t: true", "$n $t", "5 true"),
        ("  values: {x: y}\n  directive: \"%\"", "%x $x %ID %%x", "y $x 7 %x"),
        ("  values: {x: y}\n  directive: \"🐳\"", "🐳x", "y"),
        ("  values: {tpl: \"{{.Run.ID}}\"}", "$tpl", "7"),
        ("  values: {empty: }", "[$empty]", "[]"),
    ])
    func ownAliasesComeOverTheBuiltInOnes(section: String, text: String, expected: String) async throws {
        #expect(try await render(alias: "alias:\n\(section)\n", text) == expected)
    }

    @Test func inlineValuesBeatSourcesAndLaterSourcesBeatEarlierOnes() async throws {
        let text = "version: v1.1.0\nalias:\n  src: [s1, s2]\n  values: {c: C0}\nx: $a $b $c"
        let sources = resolvers(sources: ["s1": "{a: A1, b: B1}", "s2": "b: B2\nc: C2"])
        let result = try await TaskParser.render(text, file: "t", inputs: inputs(), resolvers: sources)
        #expect(result == "version: v1.1.0\nx: A1 B2 C0")
    }

    @Test(arguments: ["v1.0.0", "V1.1.0"])
    func withoutAliasesTheSectionIsIgnored(version: String) async throws {
        let result = try await TaskFileTests.render("version: \(version)\nalias:\n  values: {x: y}\nz: $x")
        #expect(result.hasSuffix("z: $x"))
    }

    @Test func anIndentedVersionIsAVersionWithoutAliases() async throws {
        let document = try await load(
            " version: v1.1.0\n alias: {values: {x: y}}\n steps:\n - cmd: $x")
        #expect(document.version == .v11)
        #expect(document.warnings.map(\.message).contains { $0.hasPrefix("aliases are off") })
        guard case .command(let command) = document.steps[0].action else { return }
        #expect(command.value == "$x")
    }

    @Test(arguments: [
        ("  values: {my-repo: a}", "\"my-repo\" is no name of an alias: only letters and digits"),
        ("  values: {n: {a: b}}", "\"n\" must be text, not a mapping"),
        ("  values: [a]", "values must be a mapping, not a list"),
        ("  src: f", "src must be a list, not \"f\""),
        ("  directive: ab", "directive must be one character that is no letter or digit, not \"ab\""),
        ("  directive: a", "directive must be one character that is no letter or digit, not \"a\""),
        (
            "  src: [gone.yaml]",
            "the alias source \"gone.yaml\" cannot be read: alias sources are not available here"
        ),
    ])
    func aWrongSectionIsOneLocatedError(section: String, message: String) async throws {
        let found = try await errors(
            of: "# note\nversion: v1.1.0\nalias:\n\(section)\nsteps: []", renderOnly: true)
        #expect(found.map(\.message) == [message])
        #expect(found[0].location.line == 4)
        #expect(found[0].sourceLine == section)
    }

    @Test func anErrorInASourceIsInThatSource() async throws {
        let text = "version: v1.1.0\nalias:\n  src: [s1]\nsteps: []"
        let broken = resolvers(sources: ["s1": "ok: 1\nmy-repo: 2"])
        let error = await #expect(throws: Diagnostics.self) {
            _ = try await TaskParser.render(text, file: "task.yaml", inputs: inputs(), resolvers: broken)
        }
        #expect(error?.all.first?.location == SourceLocation(file: "s1", line: 2, column: 1))
    }

    @Test(arguments: [
        ("\"  bash x\"", "mcr.microsoft.com/acr/bash:2ff604c x"),
        ("bash", "mcr.microsoft.com/acr/bash:2ff604c"),
        ("bash:3 x", "bash:3 x"),
        ("\"acr\\tpurge\"", "acr\tpurge"),
        ("Registry x", "R.io x"),
        ("other bash", "other bash"),
    ])
    func aBareFirstWordOfACommandIsAnAlias(command: String, expected: String) async throws {
        let steps = try await load(steps: "- cmd: \(command)")
        guard case .command(let text) = steps[0].action else {
            Issue.record("not a command")
            return
        }
        #expect(text.value == expected)
    }

    @Test func theSectionMayStandAtTheEnd() async throws {
        #expect(
            try await TaskFileTests.render("version: v1.1.0\nz: $x\nalias:\n  values:\n    x: y")
                == "version: v1.1.0\nz: y")
    }

    @Test(arguments: [
        ("- build: -t $Registry/app:$ID .", "$Registry", 13), ("- build: -t app:$ID .", "$ID", 17),
        ("- push: [$Registry/app:1]", "$Registry", 10), ("- push: [\"a:1\", \"app:$Date\"]", "$Date", 22),
    ])
    func aCallWithoutTheVersionThatHasAliasesSaysSo(step: String, name: String, column: Int) async throws {
        for head in ["", "version: v1.0.0\n"] {
            let line = head.isEmpty ? 2 : 3
            #expect(
                try await firstError(of: "\(head)steps:\n\(step)")
                    == "\(line):\(column): \(name) has no value here: aliases need version: v1.1.0")
        }
        #expect(try await load("version: v1.1.0\nsteps:\n\(step)").steps.count == 1)
    }

    @Test(arguments: [
        "- cmd: sh -c 'echo $ID'", "- build: --label a='$ID' .", "- build: -t a:$Other .", "- push: [a]",
    ])
    func otherTextsNeedNoVersion(step: String) async throws {
        #expect(try await load("steps:\n\(step)").steps.count == 1)
    }

    @Test(arguments: ["", "version: v1.0.0\n", "version: 1.0-preview-1\n"])
    func anAliasSectionWithoutTheVersionIsWarnedOf(head: String) async throws {
        let document = try await load("\(head)alias:\n  values: {x: y}\nsteps: []")
        let warning = try #require(document.warnings.first)
        #expect(document.warnings.count == 1)
        #expect(warning.message.hasPrefix("alias has no effect: aliases need version: v1.1.0"))
        #expect(warning.location == SourceLocation(file: "task.yaml", line: head.isEmpty ? 1 : 2))
    }
}
