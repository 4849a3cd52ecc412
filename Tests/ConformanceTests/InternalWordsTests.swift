// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What a refusal tells of the inside of a registry.
@Suite struct InternalWordsTests {
    private func verdict(_ words: String) async throws -> (Verdict?, String) {
        let escaped = words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
        let registry = MemoryRegistry(rule: refusing { Decision.denied($0, end: " \(escaped)") })
        var request = try SuiteFiles.request()
        request.selection.only = ["denial-without-internals"]
        let result = try await Certifier(transport: registry, pause: { _ in }).run(request)
        let scenario = result.scenarios.first { $0.id == "denial-without-internals" }
        return (scenario?.verdict, scenario?.cases.first?.finding?.message ?? "")
    }

    @Test(
        "is found",
        arguments: [
            ("asked 10.1.7.23:5000", "an address of a private network: \"10.1.7.23\""),
            ("node 192.168.4.2", "an address of a private network"),
            ("via 172.31.0.9", "an address of a private network"),
            ("upstream db-1.prod.internal refused", "a host of a private network: \"db-1.prod.internal\""),
            ("tags.registry.svc", "a host of a private network"),
            ("\tat com.corp.Tags.put(Tags.java:212)", "a stack trace"),
            ("Traceback (most recent call last)", "a stack trace"),
            ("goroutine 41 [running]", "a stack trace"),
            ("handlers/manifests.go:311", "a line of source code: \"manifests.go:311\""),
            ("java.lang.IllegalStateException", "the name of an exception"),
            ("open /var/lib/registry/docker/x: exists", "a file of the registry"),
            ("pq: duplicate key", "words of a database"),
            ("UNIQUE constraint failed: tags.name", "words of a database"),
        ])
    func isFound(words: String, clause: String) async throws {
        let (verdict, message) = try await verdict(words)
        #expect(verdict == .violated, "\(words)")
        #expect(message.contains(clause), "\(message)")
    }

    @Test(
        "is told from what anybody may know",
        arguments: [
            "see https://aka.ms/acr/faq/locks", "policy namespace/team", "version 1.2.3", "8.8.8.8",
            "pushed at 2026-11-21T15:10:22Z by ci", "172.32.0.1", "example.com/var/x", "10.1 MB of 20 MB",
            "see registry.test/docs", "in /v2/ since 10.0", "stet.conformance.Local", "line 12",
        ])
    func isNotFound(words: String) async throws {
        let (verdict, message) = try await verdict(words)
        #expect(verdict == .passed, "\(words): \(message)")
    }
}
