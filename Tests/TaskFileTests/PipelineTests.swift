// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct PipelineTests {
    @Test func fullLineCommentsGoAndTrailingOnesStay() async throws {
        let text = "# {{ broken\nsteps: # here\n  # there\n- cmd: a # b\n"
        #expect(try await render(text) == "steps: # here\n- cmd: a # b\n")
    }

    @Test(arguments: [
        "- cmd: |\n    # kept\n    b\n", "- cmd: >-\n    a\n    # kept\n", "- |\n  # kept\n",
        "a: |2 # why\n    # kept\n",
        "a: !!str |\n  b\n\n  # kept\n",
    ])
    func commentsInBlockScalarsStay(text: String) async throws {
        #expect(try await render(text) == text)
    }

    @Test(arguments: [
        ("a: |\n  b\n# gone\nc: d", "a: |\n  b\nc: d"), ("a: b |\n  # gone\n", "a: b |\n"),
        ("- cmd: |\n    b\n  # gone\n- c", "- cmd: |\n    b\n- c"),
    ])
    func commentsBehindBlockScalarsGo(text: String, expected: String) async throws {
        #expect(try await render(text) == expected)
    }

    @Test(arguments: ["", "# only this", "\n\n", "version: v1.1.0\nalias:\n  values: {a: b}\n"])
    func aTextWithoutContentIsATaskWithoutSteps(text: String) async throws {
        #expect(try await load(text).steps.isEmpty)
    }

    @Test func aTextThatRendersToNothingIsAnError() async throws {
        #expect(try await errors(of: "{{if false}}steps: []{{end}}").first?.location.line == 1)
    }

    @Test func lineEndsOfWindowsAndAByteOrderMarkAreFine() async throws {
        let document = try await load(
            "\u{FEFF}version: v1.1.0\r\nsteps:\r\n- id: a\r\n  push: [$Registry/x]\r\n")
        guard case .push(let images) = document.steps[0].action else { return }
        #expect(images.map(\.value) == ["R.io/x"])
        #expect(document.version == .v11)
    }

    @Test func templatesMakeSteps() async throws {
        let text = """
            steps:
            {{- range $i, $name := list "a" "b" }}
            - id: {{ $name }}
              push: [x:{{ $i }}]
            {{- end }}
            """
        #expect(try await load(text).steps.map(\.id.name) == ["a", "b"])
    }

    @Test func placesSurviveCommentsAliasesAndTemplates() async throws {
        let text = """
            # 1
            version: v1.1.0
            alias:
              values:
                img: |-
                  one
                  two
            # 8
            x: {{ "a\\nb: 1\\nc: 2" }}
            steps:
            - id: {{ "long enough to move things" | len }}
              # 12
              push: $img
            - id: b
              push: [x]
              retries: "3"
            """
        let found = try await errors(of: text.replacing("push: $img", with: "push: {img: x}"))
        #expect(
            found.map(\.message) == [
                "push must be a list, not a mapping",
                "a step needs one of cmd, build and push, and not an empty one",
                "retries must be a whole number, not \"3\"",
            ])
        #expect(found.map(\.location.line) == [13, 11, 16])
        #expect(found.map(\.location.column) == [9, 3, 12])
        #expect(found[2].sourceLine == "  retries: \"3\"")
    }

    @Test func aPlaceBehindASubstitutionIsWhereItStarts() async throws {
        let text = "version: v1.1.0\nsteps:\n- {id: $Registry, retries: x, push: [a]}"
        let found = try await errors(of: text)
        #expect(found[0].location == SourceLocation(file: "task.yaml", line: 3, column: 8))
    }

    @Test func aTextThatIsNoYAMLIsALocatedError() async throws {
        let found = try await errors(of: "# c\nsteps: [\n")
        #expect(found.count == 1)
        #expect(found[0].message.hasPrefix("not YAML"))
        #expect(found[0].location.line >= 2)
    }

    @Test func secretsAreResolvedBetweenTwoRenderings() async throws {
        let text = """
            secrets:
            - id: token
              keyvault: https://v.vault.azure.net/secrets/{{ .Values.name }}
            steps:
            - cmd: login {{ .Secrets.token }}
            """
        let rendered = try await TaskParser.render(
            text, file: "t", inputs: inputs(set: ["name=n"]), resolvers: resolvers(secrets: ["token": "s3"]))
        #expect(rendered.hasSuffix("- cmd: login s3"))  // too short to be hidden
        #expect(rendered.contains("secrets/n\n"))
        let error = await #expect(throws: Diagnostics.self) {
            _ = try await TaskParser.render(text, file: "t", inputs: inputs(), resolvers: resolvers())
        }
        #expect(error?.all.first?.message == "the secret \"token\" cannot be had: not in the vault")
        #expect(error?.all.first?.location.line == 2)
    }

    @Test(arguments: [
        "- push: {{ .Secrets.token }}", "- push: [a]\n  retries: {{ .Secrets.token }}",
        "{{ fail .Secrets.token }}",
        "- cmd: a\n  when: [{{ .Secrets.token }}]",
    ])
    func noDiagnosticShowsASecret(step: String) async throws {
        let text = "secrets: [{id: token, keyvault: u}]\nsteps:\n\(step)"
        let error = await #expect(throws: Diagnostics.self) {
            let secrets = resolvers(secrets: ["token": "s3cr3t"])
            _ = try await TaskParser.load(text, file: "t", inputs: inputs(), resolvers: secrets)
        }
        #expect(error?.description.contains("s3cr3t") == false)
        #expect(error?.all.first?.location.line == (step.contains("\n") ? 4 : 3))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ])
    func momentsHaveACalendar(seconds: Int, expected: String) {
        #expect(UTCTime(secondsSinceEpoch: seconds).rfc3339 == expected)
    }
}
