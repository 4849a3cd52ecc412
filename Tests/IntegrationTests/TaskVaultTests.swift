// SPDX-License-Identifier: Apache-2.0

import ScriptedHTTP
import SystemPackage
import Testing

/// Secrets of a key vault, through the whole command: the servers are scripted, all else is real.
@Suite(.timeLimit(.minutes(20))) struct TaskVaultTests {
    private let folder: TestFolder

    init() async throws {
        folder = try TestFolder()
        try await folder.makeBusybox()
    }

    private static let secret = "v4ult-s3cret"

    /// What the two ways to a token and the vault answer.
    @Sendable private static func answer(_ request: ScriptedServer.Request) -> [UInt8] {
        let body = String(decoding: request.body, as: UTF8.self)
        switch request.line {
        case "POST /tenant/oauth2/v2.0/token":
            let wanted = "grant_type=client_credentials&client_id=client&client_secret=pass%20word"
            guard body.hasPrefix(wanted), body.contains("vault.azure.net%2F.default") else {
                return ScriptedServer.answer(
                    401, [],
                    #"{"error": "invalid_client", "error_description": "AADSTS7000215: wrong secret\r\nTrace ID"}"#
                )
            }
            return ScriptedServer.answer(200, [], #"{"access_token": "principal", "expires_in": 3599}"#)
        case let line where line.hasPrefix("GET /msi/token?"):
            guard request.header("Metadata") == "true",
                line.contains("resource=https%3A%2F%2Fvault.azure.net")
            else { return ScriptedServer.answer(400) }
            return ScriptedServer.answer(
                200, [],
                line.contains("client_id=0c3b5f5e-8f0a-4c58-9d0e-3f6a7e1b2c4d")
                    ? #"{"access_token": "assigned"}"# : #"{"access_token": "machine"}"#)
        case "GET /secrets/token?api-version=7.4":
            let tokens = ["Bearer principal", "Bearer machine", "Bearer assigned"]
            guard tokens.contains(request.header("Authorization") ?? "") else {
                return ScriptedServer.answer(401, [], #"{"error": {"code": "Unauthorized"}}"#)
            }
            return ScriptedServer.answer(200, [], #"{"value": "\#(secret)", "id": "x"}"#)
        default:
            return ScriptedServer.answer(
                403, [], #"{"error": {"code": "Forbidden", "message": "no get permission"}}"#)
        }
    }

    private func run(
        secret: String, _ environment: [String: String], at server: ScriptedServer
    ) async throws -> ProgramResult {
        let base = "http://127.0.0.1:\(server.port)"
        try folder.write(
            """
            secrets: [\(secret)]
            steps:
            - id: show
              cmd: busybox sh -c 'echo "it is $TOKEN, of ${#TOKEN}"'
              env: ["TOKEN={{.Secrets.token}}"]

            """, "work/task.yaml")
        var stet = Program.stet(home: folder.path)
        stet.environment["STET_KEYVAULT_ENDPOINT"] = base
        stet.environment.merge(environment.mapValues { $0.replacing("BASE", with: base) }) { $1 }
        let context = folder.path.appending("work").string
        return try await stet.run(["run", "-f", "\(context)/task.yaml", "--id", "1", context])
    }

    @Test(arguments: [
        (
            [
                "AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "pass word",
                "AZURE_AUTHORITY_HOST": "BASE",
            ], "", "Bearer principal"
        ),
        (["MSI_ENDPOINT": "BASE/msi/token"], "", "Bearer machine"),
        (
            ["MSI_ENDPOINT": "BASE/msi/token"], ", clientID: 0c3b5f5e-8f0a-4c58-9d0e-3f6a7e1b2c4d",
            "Bearer assigned"
        ),
    ])
    func theSecretReachesTheStepAndNoLog(
        environment: [String: String], more: String, token: String
    ) async throws {
        let server = try ScriptedServer { Self.answer($0) }
        let result = try await run(
            secret: "{id: token, keyvault: \"https://v.vault.azure.net/secrets/token\"\(more)}", environment,
            at: server)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("[show] it is ***, of \(Self.secret.count)"), "\(result)")
        #expect(server.requests.last?.header("Authorization") == token)
        let leaks = try await Program("grep")("-r", Self.secret, folder.path.appending("state").string)
        #expect(leaks.status == 1, "\(leaks)")
    }

    @Test func aRefusalOfTheVaultIsALocatedError() async throws {
        let server = try ScriptedServer { Self.answer($0) }
        let result = try await run(
            secret: "{id: token, keyvault: \"https://v.vault.azure.net/secrets/other\"}",
            ["MSI_ENDPOINT": "BASE/msi/token"], at: server)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("task.yaml:1:"), "\(result)")
        #expect(result.errors.contains("answered 403 (Forbidden: no get permission)"), "\(result)")
    }

    @Test func aPrincipalWithTheWrongPasswordIsToldSo() async throws {
        let server = try ScriptedServer { Self.answer($0) }
        let result = try await run(
            secret: "{id: token, keyvault: \"https://v.vault.azure.net/secrets/token\"}",
            [
                "AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client",
                "AZURE_CLIENT_SECRET": "wr0ng-passw0rd", "AZURE_AUTHORITY_HOST": "BASE",
            ], at: server)
        let words = "the token endpoint answered 401 (invalid_client: AADSTS7000215: wrong secret)"
        #expect(result.status == 2 && result.errors.contains(words), "\(result)")
        #expect(!result.errors.contains("wr0ng-passw0rd"))
    }
}
