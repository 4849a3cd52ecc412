// SPDX-License-Identifier: Apache-2.0

import ScriptedHTTP
import Testing

/// Proxies from the environment, as people and machines set them.
@Suite struct WebProxyTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func pull(
        _ reference: String, flags: [String] = [], proxies: [String: String]
    ) async throws
        -> ProgramResult
    {
        var stet = Program.stet(home: folder.path)
        stet.environment.merge(proxies) { $1 }
        return try await stet.run(["pull"] + flags + [reference, "oci:\(folder.path)/in:1"])
    }

    @Test(arguments: ["http_proxy", "HTTP_PROXY"])
    func plainHTTPGoesThroughTheProxy(variable: String) async throws {
        let proxy = try ScriptedServer { _ in ScriptedServer.answer(404) }
        let result = try await pull(
            "registry.example/app:1", flags: ["--plain-http", "registry.example"],
            proxies: [variable: "http://127.0.0.1:\(proxy.port)", "no_proxy": ""])
        #expect(result.status == 1 && result.errors.contains("registry.example/app:1"), "\(result)")
        #expect(proxy.requests.first?.line == "GET http://registry.example/v2/app/manifests/1")
    }

    @Test func tlsGoesThroughATunnelAndARefusedTunnelIsSaid() async throws {
        let proxy = try ScriptedServer { _ in ScriptedServer.answer(403) }
        let result = try await pull(
            "registry.example/app:1",
            proxies: ["https_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": ""])
        #expect(result.status == 1 && result.errors.contains("the proxy refused (403)"), "\(result)")
        #expect(proxy.requests.map(\.line) == ["CONNECT registry.example:443"], "once said is enough")
    }

    @Test func thisMachineIsReachedWithoutAProxy() async throws {
        let proxy = try ScriptedServer { _ in ScriptedServer.answer(502) }
        let registry = try ScriptedServer { _ in ScriptedServer.answer(404) }
        let result = try await pull(
            "127.0.0.1:\(registry.port)/app:1",
            proxies: [
                "http_proxy": "http://127.0.0.1:\(proxy.port)",
                "https_proxy": "http://127.0.0.1:\(proxy.port)",
                "no_proxy": "",
            ])
        #expect(result.status == 1 && !registry.requests.isEmpty, "\(result)")
        #expect(proxy.requests.isEmpty)
    }
}
