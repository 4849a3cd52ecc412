// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct SecretTests {
    @Test(arguments: [
        (
            "https://V.vault.azure.net/secrets/Name", "v.vault.azure.net", "name", nil,
            "https://vault.azure.net"
        ),
        ("https://v.vault.azure.cn/secrets/n/0a/", "v.vault.azure.cn", "n", "0a", "https://vault.azure.cn"),
    ])
    func secretsOfAKeyVault(
        url: String, host: String, name: String, version: String?, resource: String
    ) throws {
        let secret = try KeyVaultSecret(url: url)
        #expect(secret.host == host && secret.name == name && secret.version == version)
        #expect(secret.resource == resource)
        #expect(secret.url == "https://\(host)/secrets/\(name)" + (version.map { "/\($0)" } ?? ""))
    }

    @Test(arguments: [
        "http://v.vault.azure.net/secrets/n", "https://v.vault.azure.net/keys/n",
        "https://v.vault.azure.net/secrets",
        "https://v.vault.azure.net/secrets/n/v/x", "https://u@v.vault.azure.net/secrets/n", "secrets/n",
        "https://v.vault.azure.net/secrets/n?x", "https://vault/secrets/n",
        "https://v.vault.azure.net/secrets//v",
    ])
    func otherURLsAreRefused(url: String) {
        #expect(throws: TaskResolveError.self) { _ = try KeyVaultSecret(url: url) }
    }

    @Test func sourcesAreReadFromADocument() throws {
        let text = """
            a: {env: TOKEN}
            b: {file: ./cert.pem}
            c: {command: "pass show 'a b'"}
            d: {keyvault: https://v.vault.azure.net/secrets/n, clientID: x}
            """
        let sources = try SecretPlaces.parse(text, file: "s.yaml")
        #expect(sources.ids == ["a", "b", "c", "d"])
        #expect(sources["a"] == .environment("TOKEN"))
        #expect(sources["b"] == .file("./cert.pem"))
        #expect(sources["c"] == .command(["pass", "show", "a b"]))
        #expect(
            sources["d"]
                == .keyVault(try KeyVaultSecret(url: "https://v.vault.azure.net/secrets/n", clientID: "x")))
        #expect(try SecretPlaces.parse("secrets: {a: {env: B}}", file: "s").ids == ["a"])
        #expect(try SecretPlaces.parse("", file: "s").ids.isEmpty)
    }

    @Test(arguments: [
        ("a: {evn: T}", "\"evn\" is no source of a secret", 5),
        ("a: {env: T, file: f}", "the secret \"a\" needs one of env, file, command and keyvault", 4),
        ("a: {}", "the secret \"a\" needs one of env, file, command and keyvault", 4),
        ("a: text", "the secret \"a\" must be a mapping, not \"text\"", 4),
        ("a: {command: \"x | y\"}", "\"|\" would need a shell, and no shell reads this text", 14),
        ("a: {command: \" \"}", "command is empty", 14),
        ("a: {keyvault: x}", "\"x\" is no URL of a key vault: it must start with https://", 15),
    ])
    func aWrongDocumentIsOneLocatedError(text: String, message: String, column: Int) {
        let error = #expect(throws: Diagnostic.self) { _ = try SecretPlaces.parse(text, file: "s.yaml") }
        #expect(error?.message == message)
        #expect(error?.location == SourceLocation(file: "s.yaml", line: 1, column: column))
    }

    @Test(arguments: [
        ("id=a,env=T", SecretPlace.environment("T")), ("id=a,src=f,g", .file("f,g")),
        ("id=a,command=pass show x", .command(["pass", "show", "x"])),
    ])
    func sourcesAreReadFromFlags(flag: String, expected: SecretPlace) throws {
        var sources = SecretPlaces()
        try sources.add(flag)
        #expect(sources["a"] == expected)
    }

    @Test(arguments: [
        "id=a", "a,env=T", "id=,env=T", "id=a,env=", "id=a,what=T", "id=a,env", "id=a,keyvault=x",
    ])
    func otherFlagsAreRefused(flag: String) {
        var sources = SecretPlaces()
        #expect(throws: TaskInputError.self) { try sources.add(flag) }
    }

    @Test func aSourceFromOutsideBeatsTheKeyVaultOfTheFile() async throws {
        let text =
            "secrets: [{id: a, keyvault: \"https://v.vault.azure.net/secrets/n\"}, {id: b, keyvault: u}]"
        var sources = SecretPlaces()
        try sources.add("id=b,env=T")
        let given = sources
        let resolver = TaskResolvers(
            aliasSource: { _ throws(TaskResolveError) in "" },
            secret: { secret throws(TaskResolveError) in
                switch try given.place(of: secret) {
                case .environment(let name): "value of \(name)"
                case .keyVault(let secret): "value of \(secret.url)"
                default: ""
                }
            })
        let document = try await TaskParser.load(text, file: "t", inputs: inputs(), resolvers: resolver)
        #expect(document.secretTexts.contains("value of T"))
        #expect(document.secretTexts.contains("value of https://v.vault.azure.net/secrets/n"))
    }

    @Test func nothingSecretIsRendered() async throws {
        var inputs = try inputs()
        try inputs.setSecret("pw=hunter22")
        let text = """
            secrets: [{id: token, keyvault: u}]
            volumes: [{name: v, secret: {f: {{.Secrets.token | b64enc}}, g: "{{.Secrets.token | upper}}"}}]
            steps: [{cmd: x {{.Values.pw}} {{.Secrets.token}}}]
            """
        let secrets = resolvers(secrets: ["token": "s3cr3t-token"])
        let rendered = try await TaskParser.render(text, file: "t", inputs: inputs, resolvers: secrets)
        #expect(rendered.contains("{f: ***, g: \"S3CR3T-TOKEN\"}"))  // made from it, and not it
        #expect(rendered.hasSuffix("steps: [{cmd: x *** ***}]"))
    }

    @Test func whatLogsMustNotShow() async throws {
        var inputs = try inputs()
        try inputs.setSecret("pw=hunter22")
        let text = "volumes: [{name: v, secret: {f: aGlkZGVu, g: YTogMQpwYXNzd29yZDogZm9vYmFyCg==}}]"
        let document = try await TaskParser.load(text, file: "t", inputs: inputs)
        let mask = SecretMask(document.secretTexts)
        #expect(mask.mask("hunter22 hidden password: foobar a: 1") == "*** *** *** a: 1")
        #expect(document.volumes[0].files.map(\.name) == ["f", "g"])
        #expect(document.volumes[0].files[0].bytes == Array("hidden".utf8))
    }

    @Test(arguments: [
        (["abc"], "xabcx YWJj", "x***x ***"), (["ab"], "ab", "ab"),
        (["abc", "abcdef"], "abcdef abc", "*** ***"),
        (["line one\nline two\n"], "line two", "***"), (["a\"b"], "{\"k\":\"a\\\"b\"}", "{\"k\":\"***\"}"),
        ([], "abc", "abc"), (["   "], "a    b", "a*** b"),
    ])
    func masks(secrets: [String], text: String, expected: String) {
        #expect(SecretMask(secrets).mask(text) == expected)
    }

    @Test func aSecretThatTheFileDoesNotDeclareIsNotSet() async throws {
        let text = "secrets: [{id: a, keyvault: u}]\nx: {{.Secrets.b | upper}}"
        let error = await #expect(throws: Diagnostics.self) {
            _ = try await TaskParser.render(
                text, file: "t", inputs: inputs(), resolvers: resolvers(secrets: ["a": "b"]))
        }
        #expect(error?.all.first?.message == "upper: argument 1 is not set")
    }
}
