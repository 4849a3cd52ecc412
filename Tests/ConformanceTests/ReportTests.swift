// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

@Suite("Reports")
struct ReportTests {
    /// Runs against registries whose every answer is known; nothing takes time.
    private func certify(
        _ registry: any HTTPTransport, only: [String] = [], skip: [String] = []
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: skip)
        return try await Certifier(transport: registry, now: { .zero }, pause: { _ in }).run(request)
    }

    private var overwriting: MemoryRegistry {
        MemoryRegistry(rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
    }

    @Test func terminalOfARegistryThatOverwrites() async throws {
        let result = try await certify(overwriting, skip: ["race"])
        try Snapshot.expect(TerminalReport(result).render(), matches: "overwriting.txt")
    }

    @Test func terminalOfARegistryThatIsSealed() async throws {
        let result = try await certify(MemoryRegistry())
        try Snapshot.expect(TerminalReport(result).render(), matches: "sealed.txt")
    }

    @Test func terminalOfARegistryBehindAGateway() async throws {
        let gateway = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            request.isManifestPut ? HTTPResponse(status: 502) : answer
        }
        let result = try await certify(gateway, only: ["first-push", "denials"])
        try Snapshot.expect(TerminalReport(result).render(), matches: "gateway.txt")
    }

    @Test func terminalOfDisagreement() async throws {
        let registry = MemoryRegistry { claim in
            claim.new.type.contains("docker") ? writeOnceAcceptingIdentical(claim) : writeOnce(claim)
        }
        let result = try await certify(registry, only: ["identical-push"])
        try Snapshot.expect(TerminalReport(result, usesColour: true).render(), matches: "disagreement.txt")
    }

    @Test func junit() async throws {
        let result = try await certify(overwriting, skip: ["race"])
        try Snapshot.expect(JUnitReport.render(result), matches: "overwriting.xml")
    }

    @Test func json() async throws {
        let result = try await certify(overwriting, only: ["denial-as-declared", "first-push"])
        let text = String(decoding: try JSONReport.render(result), as: UTF8.self)
        try Snapshot.expect(text, matches: "overwriting.json")
    }

    @Test func jsonHasTheTranscriptOfEveryCase() async throws {
        let result = try await certify(overwriting, only: ["denial-as-declared", "first-push"])
        let bytes = try JSONReport.render(result)
        let read = try JSONDocument.decode(CertifyResult.self, from: bytes, noun: "report")
        let ran = read.scenarios.flatMap(\.cases).filter { $0.repository != nil }
        #expect(ran.count == 11)
        #expect(ran.allSatisfy { !$0.transcript.isEmpty && $0.omittedExchanges == 0 })
    }

    @Test func aLongTranscriptKeepsItsBeginningAndItsEnd() async throws {
        let result = try await certify(MemoryRegistry())
        let repeated = try #require(result.scenarios.first { $0.id == "identical-denials" }?.cases.first)
        #expect(repeated.transcript.count == 64)
        #expect(repeated.omittedExchanges > 64)
        #expect(repeated.transcript.first?.method == "HEAD")
        // At its end a look at the tag: HEAD, GET, the list.
        #expect(repeated.transcript.dropLast(3).last?.status == 409)
        let size = try JSONReport.render(result).count
        #expect(size < 16 << 20)
    }

    @Test func junitEscapesWhatXMLCannotCarry() async throws {
        let registry = MemoryRegistry { claim in
            claim.current == nil
                ? .accept(claim) : .refuse(HTTPResponse.error(500, "<&>", #"\"quoted\" \u0007\n]]>"#))
        }
        let text = JUnitReport.render(try await certify(registry, only: ["denial-as-declared"]))
        let words = "500 Internal Server Error, &lt;&amp;&gt; &quot;&quot;quoted&quot; \\u{7} ]]&gt;&quot;"
        #expect(text.contains(words))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(!text.contains("]]>"))
    }
}
