// SPDX-License-Identifier: Apache-2.0

import ScriptedHTTP
import SystemPackage
import Testing

/// `stet render` as a person sees it.
@Suite struct RenderTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func render(
        _ text: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> ProgramResult {
        try folder.write(text, "task.yaml")
        var stet = Program.stet(home: folder.path)
        stet.environment.merge(environment) { $1 }
        let file = folder.path.appending("task.yaml").string
        return try await stet.run(
            ["render", "-f", file, "--id", "7", "--registry", "r.io"] + arguments + [folder.path.string])
    }

    @Test func aliasesTemplatesAndFirstWordsAreDone() async throws {
        let text = """
            version: v1.1.0
            alias:
              values: {img: $Registry/app}
            steps:
              - build: -t r.io/app:$ID-{{.Values.m.k}} .
              - cmd: tool $ID

            """
        let result = try await render(text, ["--set-json", "m={\"k\": 5}", "--alias", "tool=local/tool:1"])
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output
                == "version: v1.1.0\nsteps:\n  - build: -t r.io/app:7-5 .\n  - cmd: local/tool:1 7\n")
    }

    @Test func anAliasSourceMayBeAURL() async throws {
        let server = try ScriptedServer { request in
            switch request.line {
            case "GET /moved": ScriptedServer.answer(302, ["Location: /aliases.yaml"])
            case "GET /aliases.yaml": ScriptedServer.answer(200, [], "greeting: hello\n")
            default: ScriptedServer.answer(404, [], "no such thing")
            }
        }
        let head = "version: v1.1.0\nalias:\n  src: [\"http://127.0.0.1:\(server.port)"
        let found = try await render("\(head)/moved\"]\nx: $greeting\n")
        #expect(found.output == "version: v1.1.0\nx: hello\n", "\(found)")
        let missing = try await render("\(head)/gone\"]\nx: $greeting\n")
        #expect(missing.status == 2 && missing.output.isEmpty, "\(missing)")
        #expect(missing.errors.contains("task.yaml:3:9: error: the alias source"))
        #expect(missing.errors.contains("the server answered 404: no such thing"))
    }

    @Test func anAliasSourceThatIsTooLargeIsRefused() async throws {
        let body = String(repeating: "# nothing\n", count: 200_000)
        let server = try ScriptedServer { _ in ScriptedServer.answer(200, [], body) }
        let result = try await render(
            "version: v1.1.0\nalias:\n  src: [\"http://127.0.0.1:\(server.port)/\"]\nsteps: []\n")
        #expect(result.status == 2 && result.errors.contains("larger than 1 MiB"), "\(result)")
    }

    @Test(arguments: [
        ["--secret", "id=token,env=STET_TEST_TOKEN"], ["--secret", "id=token,src=FOLDER/token"],
        ["--secrets", "FOLDER/secrets.yaml"], ["--secret", "id=token,command=echo hunter22"],
    ])
    func secretsComeFromAnywhereAndAreNotShown(arguments: [String]) async throws {
        try folder.write("hunter22\n", "token")
        try folder.write("token: {env: STET_TEST_TOKEN}\n", "secrets.yaml")
        let text = """
            secrets: [{id: token, keyvault: "https://v.vault.azure.net/secrets/n"}]
            x: {{.Secrets.token}} {{.Secrets.token | b64enc}} {{len .Secrets.token}}

            """
        let result = try await render(
            text, arguments.map { $0.replacing("FOLDER", with: folder.path.string) },
            environment: ["STET_TEST_TOKEN": "hunter22"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasSuffix("x: *** *** 8\n"), "\(result)")
    }

    @Test func aSecretThatCannotBeHadIsALocatedError() async throws {
        let text = "steps: []\nsecrets:\n- id: token\n  keyvault: https://v.vault.azure.net/secrets/n\n"
        let result = try await render(text, ["--secret", "id=token,env=STET_TEST_UNSET"])
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("task.yaml:3:3: error: the secret \"token\" cannot be had"))
    }

    @Test func theEnvironmentIsReadOnlyWhereAllowed() async throws {
        let allowed = try await render(
            "x: {{env \"STET_TEST_A\"}}\n", ["--allow-env", "STET_TEST_A"], environment: ["STET_TEST_A": "1"])
        #expect(allowed.output == "x: 1\n", "\(allowed)")
        let refused = try await render("x: {{env \"HOME\"}}\n")
        #expect(refused.status == 2 && refused.errors.contains("--allow-env HOME"), "\(refused)")
    }

    @Test func aCheckSaysWhatIsWrongAndPrintsNothing() async throws {
        let right = try await render("steps:\n- {cmd: a, whn: [b]}\n", ["--check"])
        #expect(right.status == 0 && right.output.isEmpty, "\(right)")
        #expect(
            right.errors.contains("did you mean when?") && right.errors.contains("nothing wrong, steps: 1"))
        let wrong = try await render("steps:\n- {cmd: a, push: [b]}\n", ["--check"])
        #expect(wrong.status == 2 && wrong.errors.contains("task.yaml:2:3: error:"), "\(wrong)")
    }

    @Test(arguments: [
        ["--set", "a"], ["--set-json", "a={"], ["--alias", "a-b=c"], ["--secret", "x"], ["--env", "a"],
    ])
    func whatIsNoAssignmentIsBadUsage(arguments: [String]) async throws {
        let result = try await render("steps: []\n", arguments)
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
    }
}
