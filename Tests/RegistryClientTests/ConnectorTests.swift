// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistriesConf
import RegistryClient
import RegistryTransport
import SystemPackage
import Testing

@Suite struct ConnectorTests {
    private static let file = """
        unqualified-search-registries = ["s1.io", "s2.io"]
        [aliases]
        tool = "t.io/tool"

        [[registry]]
        prefix = "r.io/team"
        location = "inner.io/team"
        [[registry.mirror]]
        location = "m1.io"
        [[registry.mirror]]
        location = "m2.io/team"

        [[registry]]
        location = "old.io"
        insecure = true

        [[registry]]
        location = "bad.io"
        blocked = true
        """

    /// Where the connector sends a request for a reference, and what it asked on the way.
    private func connector(_ registry: FakeRegistry) throws -> RegistryConnector {
        var settings = ConnectorSettings()
        settings.registries = try RegistriesConf(ConnectorTests.file, file: "r.conf")
        return RegistryConnector(over: registry, settings)
    }

    /// Answers HEAD for the image at the hosts given, and 404 elsewhere; `down` do not answer.
    private func registry(having hosts: Set<String>, down: Set<String> = []) -> FakeRegistry {
        FakeRegistry { request throws(TransportError) in
            if down.contains(request.url.authority) {
                throw TransportError(.untrusted, request, "as told")
            }
            guard hosts.contains(request.url.authority) else { return HTTPResponse(status: 404) }
            let digest = "sha256:" + String(repeating: "0", count: 64)
            return HTTPResponse(
                status: 200,
                headers: [
                    "Docker-Content-Digest": digest, "Content-Length": "2",
                    "Content-Type": MediaType.ociManifest.rawValue,
                ])
        }
    }

    @Test(
        arguments: [
            (["m1.io", "m2.io"], [], "m1.io/app"), (["m2.io"], [], "m2.io/team/app"),
            (["m2.io"], ["m1.io"], "m2.io/team/app"), ([], [], "inner.io/team/app"),
            (["inner.io"], ["m1.io", "m2.io"], "inner.io/team/app"),
        ] as [(Set<String>, Set<String>, String)])
    func aPullTakesTheFirstMirrorThatHasTheImage(
        hosts: Set<String>, down: Set<String>, place: String
    ) async throws {
        let connector = try connector(registry(having: hosts, down: down))
        let source = try await connector.source(of: Reference("r.io/team/app:1"))
        #expect("\(source.client.registry)/\(source.name)" == place)
    }

    @Test func aPushAsksNoMirror() async throws {
        let registry = registry(having: ["m1.io"])
        let target = try await connector(registry).repository(of: Reference("r.io/team/app:1"))
        #expect("\(target.client.registry)/\(target.name)" == "r.io/team/app")
        #expect(registry.lines.isEmpty)
    }

    @Test func anUnconfiguredRegistryIsNotAskedInAdvance() async throws {
        let registry = registry(having: [])
        let source = try await connector(registry).source(of: Reference("s.io/app:1"))
        #expect(source.client.origin.description == "https://s.io/")
        #expect(registry.lines.isEmpty)
    }

    @Test func aBlockedRegistryIsRefused() async throws {
        let connector = try connector(registry(having: []))
        let reference = try Reference("bad.io/app:1")
        for attempt in [connector.source, connector.repository] {
            await #expect {
                _ = try await attempt(reference)
            } throws: { "\($0)".contains("bad.io is blocked in r.conf") }
        }
    }

    @Test(arguments: [(true, "https://old.io/"), (false, "http://old.io/")])
    func anInsecureRegistryIsAskedWithTLSFirst(speaksTLS: Bool, origin: String) async throws {
        let registry = FakeRegistry { request throws(TransportError) in
            if request.url.scheme == .https, !speaksTLS {
                throw TransportError(.untrusted, request, "as told")
            }
            return HTTPResponse(status: 401)
        }
        let connector = try connector(registry)
        for _ in 0..<2 { #expect(try await connector.client(for: "old.io").origin.description == origin) }
        #expect(registry.lines.count == (speaksTLS ? 1 : 2))
    }

    @Test func anInsecureRegistryThatIsDownKeepsTheErrorOfTLS() async throws {
        let connector = try connector(registry(having: [], down: ["old.io"]))
        await #expect {
            _ = try await connector.client(for: "old.io")
        } throws: { "\($0)".contains("https://old.io") }
    }

    @Test(
        arguments: [
            ("app:1", ["s2.io"], [], "s2.io/app:1"), ("app", ["s1.io", "s2.io"], [], "s1.io/app:latest"),
            ("app:1", ["s2.io"], ["s1.io"], "s2.io/app:1"), ("tool:2", [], [], "t.io/tool:2"),
            ("x.io/app:1", [], [], "x.io/app:1"),
        ] as [(String, Set<String>, Set<String>, String)])
    func aShortNameIsFoundInTheFirstRegistryThatHasIt(
        name: String, hosts: Set<String>, down: Set<String>, found: String
    ) async throws {
        let connector = try connector(registry(having: hosts, down: down))
        #expect("\(try await connector.find(name))" == found)
    }

    @Test func whereSomebodyHasToSayWhichOneNothingIsChosen() async throws {
        let registry = registry(having: ["s1.io"])
        var settings = ConnectorSettings()
        settings.registries = try RegistriesConf(
            "short-name-mode = \"enforcing\"\n" + ConnectorTests.file, file: "r.conf")
        let connector = RegistryConnector(over: registry, settings)
        await #expect {
            _ = try await connector.find("app:1")
        } throws: { "\($0)".contains("any of s1.io/app:1, s2.io/app:1") && "\($0)".contains("enforcing") }
        #expect(registry.lines.isEmpty)
        #expect("\(try await connector.find("tool:2"))" == "t.io/tool:2", "an alias has said it")
        #expect("\(try await connector.find("x.io/app:1"))" == "x.io/app:1")
    }

    @Test func aShortNameThatNobodyHasIsAnError() async throws {
        await #expect {
            _ = try await connector(registry(having: [])).find("app:1")
        } throws: { "\($0)" == "app:1: there is no such image in any of s1.io/app:1, s2.io/app:1" }
        await #expect(throws: RegistryError.self) {
            _ = try await connector(registry(having: [], down: ["s1.io"])).find("app:1")
        }
    }
}
