// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization
import SystemPackage
import TaskFile
import TaskRun
import Testing

@Suite struct SecretReaderTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Answers as a vault, a token endpoint and a managed identity would.
    private final class Cloud: HTTPTransport, Sendable {
        private let log = Mutex<[String]>([])
        private let status: Int

        init(status: Int = 200) { self.status = status }

        var requests: [String] { log.withLock { $0 } }

        func send(
            _ request: HTTPRequest, receiving body: ResponseBody
        ) async throws(TransportError) -> HTTPResponse {
            let address = "\(request.method.rawValue) \(request.url)"
            log.withLock { $0.append(address + (request.headers["Authorization"].map { " " + $0 } ?? "")) }
            if address.contains("token") {
                return HTTPResponse(status: 200, body: Array(#"{"access_token":"t0k"}"#.utf8))
            }
            let text =
                status == 200
                ? #"{"value":"s3cr3t"}"# : #"{"error":{"code":"Forbidden","message":"no access"}}"#
            return HTTPResponse(status: status, body: Array(text.utf8))
        }
    }

    private func reader(_ cloud: Cloud = Cloud(), _ variables: [String: String] = [:]) -> SecretReader {
        SecretReader(
            environment: { variables[$0] },
            vault: KeyVaultClient(http: cloud, environment: { variables[$0] }),
            runProgram: { words in
                guard words.first == "printer" else { throw TaskResolveError("there is no such program") }
                return Array((words.dropFirst().joined(separator: " ") + "\n").utf8)
            })
    }

    @Test func secretsComeFromTheEnvironmentFilesAndPrograms() async throws {
        try folder.write("from file\n", to: "secret")
        let reader = reader(Cloud(), ["TOKEN": "from environment"])
        #expect(try await reader.read(.environment("TOKEN")) == "from environment")
        #expect(try await reader.read(.file(folder.path.appending("secret").string)) == "from file")
        #expect(try await reader.read(.command(["printer", "from", "program"])) == "from program")
    }

    @Test(arguments: [
        (SecretPlace.environment("NONE"), "the environment variable NONE is not set"),
        (.file("/nonexistent"), "/nonexistent"), (.command(["other"]), "there is no such program"),
    ])
    func whatIsNotThereIsNamed(source: SecretPlace, words: String) async {
        let error = await #expect(throws: TaskResolveError.self) { _ = try await reader().read(source) }
        #expect(error?.description.contains(words) == true)
    }

    @Test func aVaultIsAskedAsTheMachinesIdentity() async throws {
        let cloud = Cloud()
        let secret = try KeyVaultSecret(url: "https://v.vault.azure.net/secrets/name/1", clientID: "me")
        #expect(try await reader(cloud).read(.keyVault(secret)) == "s3cr3t")
        #expect(
            cloud.requests == [
                "GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
                    + "resource=https%3A%2F%2Fvault.azure.net&client_id=me",
                "GET https://v.vault.azure.net/secrets/name/1?api-version=7.4 Bearer t0k",
            ])
    }

    @Test(
        "what gives tokens inside the machine is spoken to without TLS and without a proxy, and nothing else",
        arguments: [
            (nil, ["169.254.169.254"]), ("http://169.254.130.5:8081/msi/token", ["169.254.130.5:8081"]),
            ("https://identity.test/token", []), ("no address", []),
        ] as [(String?, Set<String>)])
    func plainHosts(endpoint: String?, hosts: Set<String>) {
        #expect(KeyVaultClient.plainHosts { $0 == "MSI_ENDPOINT" ? endpoint : nil } == hosts)
    }

    @Test func aVaultIsAskedAsAServicePrincipal() async throws {
        let cloud = Cloud()
        let variables = [
            "AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "p w",
            "AZURE_AUTHORITY_HOST": "https://login.test",
        ]
        let secret = try KeyVaultSecret(url: "https://v.vault.azure.net/secrets/name")
        #expect(try await reader(cloud, variables).read(.keyVault(secret)) == "s3cr3t")
        #expect(cloud.requests.first == "POST https://login.test/tenant/oauth2/v2.0/token")
    }

    @Test func theVaultsRefusalIsToldWithoutTheToken() async throws {
        let secret = try KeyVaultSecret(url: "https://v.vault.azure.net/secrets/name")
        let error = await #expect(throws: TaskResolveError.self) {
            _ = try await reader(Cloud(status: 403)).read(.keyVault(secret))
        }
        #expect(error?.description == "v.vault.azure.net answered 403 (Forbidden: no access)")
    }
}
