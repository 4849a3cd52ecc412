// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// The reports for people who do not sit at the terminal.
@Suite("Report pages")
struct ReportPageTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String] = [], skip: [String] = []
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: skip)
        return try await Certifier(transport: registry, now: { .zero }).run(request)
    }

    private var overwriting: MemoryRegistry {
        MemoryRegistry(rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
    }

    private func page(_ result: CertifyResult) throws -> String {
        String(decoding: try HTMLReport.render(result), as: UTF8.self)
    }

    @Test func thePageShowsTheViolationWithItsEvidence() async throws {
        let page = try page(try await certify(overwriting, only: ["denial-as-declared"]))
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("<span class=\"tag v-violated\">violated</span>"))
        #expect(page.contains("manifests/"))
        #expect(page.contains("201 Created"))
        #expect(!page.contains("{{"), "every tag of the template is filled")
    }

    @Test func thePageNeedsNoNetworkAndRunsNoScript() async throws {
        let page = try page(try await certify(MemoryRegistry(), only: ["first-push", "denial-as-declared"]))
        for forbidden in ["<script", "<link", "<img", "src=", "@import", "url(", "http-equiv"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
    }

    @Test func thePageDrawsTheFlowsAndTheRaces() async throws {
        let page = try page(try await certify(MemoryRegistry()))
        #expect(page.contains("<svg class=\"matrix\""))
        #expect(page.contains("docker-schema2 → oci-chunked: passed"))
        #expect(page.contains("<svg class=\"race\""))
        #expect(page.contains("class=\"s-won\"") && page.contains("class=\"s-refused\""))
    }

    @Test func whatARegistrySaysIsTextOnThePage() async throws {
        let evil = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.isManifestPut else { return answer }
            let headers: HTTPHeaders = ["Content-Type": "application/json"]
            return HTTPResponse(
                status: 418, headers: headers, body: Array(#"{"x":"<script>alert(1)</script>"}"#.utf8))
        }
        let result = try await certify(evil, only: ["first-push"])
        let page = try page(result)
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;script&gt;alert"))
        #expect(!MarkdownReport.render(result).contains("\n# "))
    }

    @Test func markdown() async throws {
        let result = try await certify(overwriting, skip: ["race"])
        try Snapshot.expect(MarkdownReport.render(result), matches: "overwriting.md")
    }

    @Test func theBadgeNamesTheLevel() async throws {
        #expect(BadgeReport.render(try await certify(MemoryRegistry())).contains(">sealed<"))
        let overwritten = try await certify(overwriting, only: ["protocol", "write-once"], skip: ["race"])
        #expect(BadgeReport.render(overwritten).contains(">protocol<"))
        let nothing = try await certify(MemoryRegistry(), only: ["identical-push"])
        #expect(BadgeReport.render(nothing).contains(">not certified<"))
    }
}
