// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// What the names of tool images stand for, wherever that is said.
@Suite(.timeLimit(.minutes(10))) struct TaskAliasTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func render(_ text: String, _ arguments: [String] = []) async throws -> ProgramResult {
        try folder.write(text, "task.yaml")
        return try await Program.stet(home: folder.path).run(
            ["render", "-f", folder.path.appending("task.yaml").string] + arguments + [folder.path.string])
    }

    private let task = "version: v1.1.0\nsteps: [{cmd: bash a}, {cmd: $curl b}, {cmd: acr c}]\n"

    @Test func theFileOfThePersonCountsUnderTheCommandLine() async throws {
        let plain = try await render(task)
        #expect(plain.output.contains("mcr.microsoft.com/acr/bash:") && plain.output.contains("acr/curl:"))
        try folder.write("bash: own/bash:5\ncurl: own/curl\n", "config/stet/aliases.yaml")
        let result = try await render(task, ["--alias", "curl=said/curl:1"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("{cmd: own/bash:5 a}") || result.output.contains("own/bash:5 a"))
        #expect(result.output.contains("said/curl:1 b") && !result.output.contains("own/curl"))
        #expect(result.output.contains("mcr.microsoft.com/acr/acr-cli:"))
    }

    @Test func theTaskItselfCountsMost() async throws {
        try folder.write("x: one\n", "config/stet/aliases.yaml")
        let result = try await render("version: v1.1.0\nalias: {values: {x: two}}\nsteps: [{cmd: x a}]\n")
        #expect(result.output.contains("two a"), "\(result)")
    }

    @Test(arguments: [
        ("bash-5: a\n", "aliases.yaml:1:1: error: \"bash-5\" is no name of an alias"),
        ("bash: [a]\n", "aliases.yaml:1:7: error:"), ("- bash\n", "aliases.yaml:1:1: error:"),
    ])
    func aFileThatIsNoSuchMappingIsALocatedError(text: String, words: String) async throws {
        try folder.write(text, "config/stet/aliases.yaml")
        let result = try await render(task)
        #expect(result.status == 2 && result.errors.contains(words), "\(result)")
    }

    @Test func secretsAreShownOnlyWhenAskedFor() async throws {
        try folder.write("hunter22\n", "token")
        let text =
            "secrets: [{id: token, keyvault: \"https://v.vault.azure.net/secrets/n\"}]\nx: {{.Secrets.token}}\n"
        let arguments = ["--secret", "id=token,src=\(folder.path)/token"]
        #expect(try await render(text, arguments).output.hasSuffix("x: ***\n"))
        #expect(try await render(text, arguments + ["--show-secrets"]).output.hasSuffix("x: hunter22\n"))
    }

    @Test func aMirrorServesTheToolImages() async throws {
        try await folder.makeBusybox()
        let folder = folder
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            var stet = Program.stet(home: folder.path)
            let pushed = try await stet("push", "store:busybox", "\(registry)/tools/bash:2ff604c")
            #expect(pushed.status == 0, "\(pushed)")
            try folder.write(
                """
                [[registry]]
                prefix = "mcr.microsoft.com/acr"
                location = "\(registry)/tools"
                insecure = true

                """, "registries.conf")
            stet.environment["CONTAINERS_REGISTRIES_CONF"] = folder.path.appending("registries.conf").string
            let result = try await stet("run", "--cmd", "bash echo from the mirror", "/dev/null")
            #expect(result.status == 0 && result.errors.contains("] from the mirror"), "\(result)")
        }
    }
}
